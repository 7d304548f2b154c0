#include "addon/access_args.h"

#include <string>

#include "addon/args.h"

namespace rtpp {
namespace {

/** The elements of an array of objects, each made by `read`; nothing, and an exception, when one does not fit. */
template <typename T, typename Read>
std::optional<std::vector<T>> to_list(const Napi::Value& value, const char* name, Read read) {
  const Napi::Env env = value.Env();
  std::vector<T> result;
  const uint32_t length = value.IsArray() ? value.As<Napi::Array>().Length() : 0;
  bool fits = value.IsArray();
  for (uint32_t i = 0; fits && i < length; ++i) {
    const Napi::Value element = value.As<Napi::Array>().Get(i);
    if (env.IsExceptionPending()) return std::nullopt;
    fits = element.IsObject();
    if (!fits) break;
    std::optional<T> one = read(element.As<Napi::Object>());
    if (!one) return std::nullopt;
    result.push_back(*one);
  }
  if (fits) return result;
  Napi::TypeError::New(env, std::string(name) + " is no array of objects").ThrowAsJavaScriptException();
  return std::nullopt;
}

template <typename T, typename Read>
std::optional<std::vector<T>> list_option(const Napi::Object& options, const char* name, Read read) {
  const Napi::Value value = options.Get(name);
  if (options.Env().IsExceptionPending()) return std::nullopt;
  return to_list<T>(value, name, read);
}

std::optional<Endpoint> endpoint_of(const Napi::Object& object) {
  auto address = address_option(object, "host");
  if (!address) return std::nullopt;
  const auto port = integer_option(object, "port", 0, 65535);
  if (!port) return std::nullopt;
  address->port = static_cast<uint16_t>(*port);
  return address;
}

std::optional<Alias> alias_of(const Napi::Object& object) {
  const auto advertised = address_option(object, "advertised");
  if (!advertised) return std::nullopt;
  const auto local = address_option(object, "local");
  if (!local) return std::nullopt;
  return Alias{*advertised, *local};
}

/** An empty host stands for every address. */
std::optional<PeerBlock> block_of(const Napi::Object& object) {
  PeerBlock block;
  const Napi::Value host = object.Get("host");
  if (object.Env().IsExceptionPending()) return std::nullopt;
  if (!host.IsString() || !host.As<Napi::String>().Utf8Value().empty()) {
    const auto first = address_option(object, "host");
    if (!first) return std::nullopt;
    block.first = *first;
  }
  const int32_t bits = block.first.family == 6 ? 128 : block.first.family == 4 ? 32 : 0;
  const auto prefix = integer_option(object, "prefix", 0, bits);
  if (!prefix) return std::nullopt;
  const auto first_port = integer_option(object, "firstPort", 0, 65535);
  if (!first_port) return std::nullopt;
  const auto last_port = integer_option(object, "lastPort", 0, 65535);
  if (!last_port) return std::nullopt;
  block.prefix = static_cast<uint8_t>(*prefix);
  block.first_port = static_cast<uint16_t>(*first_port);
  block.last_port = static_cast<uint16_t>(*last_port);
  return block;
}

}  // namespace

std::optional<std::vector<Endpoint>> endpoints_option(const Napi::Object& options, const char* name) {
  return list_option<Endpoint>(options, name, endpoint_of);
}

std::optional<std::vector<Alias>> aliases_option(const Napi::Object& options, const char* name) {
  return list_option<Alias>(options, name, alias_of);
}

std::optional<std::vector<PeerBlock>> blocks_option(const Napi::Object& options, const char* name) {
  return list_option<PeerBlock>(options, name, block_of);
}

std::optional<std::vector<PeerBlock>> blocks_arg(const Napi::CallbackInfo& info, size_t index, const char* name) {
  return to_list<PeerBlock>(info[index], name, block_of);
}

}  // namespace rtpp
