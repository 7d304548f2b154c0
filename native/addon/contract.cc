#include "addon/contract.h"

#include <string>
#include <vector>

#include "addon/access_rules.h"
#include "addon/engine_objects.h"
#include "addon/records.h"
#include "io/media_socket.h"
#include "latch/rules.h"

namespace rtpp {
namespace {

using List = std::vector<std::string>;

/** Values of an enumeration, by their numbers. */
template <NamedEnum T>
List names_of() {
  List names;
  for (const JsName& name : kJsNames<T>) names.emplace_back(name.view());
  return names;
}

/** The numbers of a record, as `legs.0.rtp.received`, in the order in which they lie there. */
template <typename T>
void add_paths(const std::string& path, List* out) {
  const std::string prefix = path.empty() ? path : path + '.';
  if constexpr (std::is_array_v<T>) {
    for (size_t i = 0; i < std::extent_v<T>; ++i) add_paths<std::remove_extent_t<T>>(prefix + std::to_string(i), out);
  } else if constexpr (std::tuple_size_v<decltype(kFields<T>)> > 0) {
    const auto add = [&]<typename Member>(const Field<T, Member>& field) {
      add_paths<Member>(prefix + field.name.c_str(), out);
    };
    std::apply([&](const auto&... field) { (add(field), ...); }, kFields<T>);
  } else {
    out->push_back(path);
  }
}

template <typename T>
List paths_of() {
  List paths;
  add_paths<T>("", &paths);
  return paths;
}

template <typename T>
std::string type_of() {
  if constexpr (std::is_enum_v<T>) {
    return type_of<std::underlying_type_t<T>>();
  } else if constexpr (std::is_arithmetic_v<T>) {
    const std::string kind = std::is_floating_point_v<T> ? "float" : std::is_signed_v<T> ? "int" : "uint";
    return kind + std::to_string(8 * sizeof(T));
  } else {
    return std::to_string(std::tuple_size_v<T>) + ' ' + type_of<typename T::value_type>();
  }
}

/** Where the fields of a packed record lie, in bytes. */
template <typename T>
List layout_of() {
  List layout;
  const T record{};
  const auto add = [&]<typename Member>(const Field<T, Member>& field) {
    const auto offset = reinterpret_cast<const char*>(&(record.*field.member)) - reinterpret_cast<const char*>(&record);
    layout.push_back(std::to_string(offset) + ": " + type_of<Member>() + ' ' + field.name.c_str());
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, kFields<T>);
  layout.push_back(std::to_string(sizeof(T)) + ": end");
  return layout;
}

template <typename T>
List properties_of() {
  return {kProperties<T>.begin(), kProperties<T>.end()};
}

List latch_rules() {
  List names;
  for (const LatchRule& rule : kLatchRules) names.emplace_back(rule.name);
  return names;
}

/** Numbers that stand for something else. */
List constants() {
  const auto equal = [](const char* name, int64_t value) { return std::string(name) + " = " + std::to_string(value); };
  return {equal("noTos", kNoTos), equal("noFile", Engine::kNoFile), equal("autoWindow", kAutoWindow),
          equal("longestWatched", Watch::kLongest)};
}

}  // namespace

Napi::Object contract(Napi::Env env) {
  Napi::Object contract = Napi::Object::New(env);
  const auto set = [&](const char* name, const List& list) { contract.Set(name, write(env, list)); };
  set("engineTotals", paths_of<EngineTotals>());
  set("workerFigures", paths_of<WorkerFigures>());
  set("controlFigures", paths_of<ControlFigures>());
  set("sessionFigures", paths_of<SessionFigures>());
  set("engineOptions", properties_of<EngineOptions>());
  set("accessRules", properties_of<AccessRules>());
  set("socketAddress", properties_of<SocketAddress>());
  set("addressAlias", properties_of<Alias>());
  set("addressBlock", properties_of<PeerBlock>());
  set("backend", paths_of<Backend>());
  set("socketReuse", paths_of<ReusedPorts>());
  set("recordingReport", paths_of<RecordReport>());
  set("playerEnd", paths_of<PlayerEnd>());
  set("event", layout_of<Event>());
  set("watchedPacket", layout_of<WatchedPacket>());
  set("controlRequest", layout_of<ControlRequest>());
  set("eventKinds", names_of<EventKind>());
  set("latchRules", latch_rules());
  set("ignoreReasons", names_of<IgnoreReason>());
  set("addressOrigins", names_of<AddressOrigin>());
  set("latchStates", names_of<LatchStage>());
  set("denials", names_of<Denial>());
  set("ways", names_of<Way>());
  set("peerKinds", names_of<PeerKind>());
  set("recordFormats", names_of<RecordFormat>());
  set("recordNews", names_of<RecordNews>());
  const std::vector<const char*> choices = io_choices();
  set("ioChoices", List(choices.begin(), choices.end()));
  set("reuses", names_of<Reuse>());
  set("constants", constants());
  return contract;
}

}  // namespace rtpp
