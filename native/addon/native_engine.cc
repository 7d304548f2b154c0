#include "addon/native_engine.h"

#include <sched.h>

#include <cstring>
#include <utility>

#include "addon/access_rules.h"
#include "addon/engine_objects.h"
#include "addon/native_object.h"
#include "addon/records.h"
#include "engine/engine.h"
#include "io/media_socket.h"

namespace rtpp {

// What JavaScript gives to the engine.

bool read(Arguments& args, SessionId* out) {
  double number;
  if (!read(args, &number)) return false;
  *out = to_session_id(number);
  return true;
}

bool read(Arguments& args, LegIndex* out) {
  Bounded<0, 1> number;
  if (!read(args, &number)) return false;
  *out = static_cast<LegIndex>(static_cast<int32_t>(number));
  return true;
}

/** Of RTP payload types. */
bool read(Arguments& args, PayloadSet* out) {
  std::vector<Bounded<0, 127>> types;
  if (!read(args, &types)) return false;
  for (const int32_t type : types) out->add(static_cast<uint8_t>(type));
  return true;
}

/** Where watched packets are put. */
struct WatchedRoom : std::span<uint8_t> {};

bool read(Arguments& args, WatchedRoom* out) {
  if (!read(args, static_cast<std::span<uint8_t>*>(out))) return false;
  return out->size() >= Watch::kLongest || args.out_of_range("room for the longest packet");
}

/** Sessions by their handles, and room for a row of figures for each of them. */
struct WantedRows {
  std::vector<SessionId> sessions;
  SessionFigures* rows = nullptr;
};
template <>
inline constexpr size_t kArguments<WantedRows> = 2;

static_assert(alignof(SessionFigures) == alignof(double) && sizeof(SessionFigures) % sizeof(double) == 0);
constexpr size_t kNumbers = sizeof(SessionFigures) / sizeof(double);

/** Sessions by their handles. */
bool read(Arguments& args, std::vector<SessionId>* out) {
  std::span<const double> handles;
  if (!read(args, &handles)) return false;
  for (const double handle : handles) out->push_back(to_session_id(handle));
  return true;
}

bool read(Arguments& args, WantedRows* out) {
  std::span<double> numbers;
  if (!read(args, &out->sessions) || !read(args, &numbers, out->sessions.size() * kNumbers)) return false;
  out->rows = reinterpret_cast<SessionFigures*>(numbers.data());
  return true;
}

template <>
inline constexpr size_t kArguments<RtpEndpoint> = 2;

bool read(Arguments& args, RtpEndpoint* out) {
  Host host;
  Bounded<0, 65534> port;
  if (!read_all(args, &host, &port)) return false;
  *out = static_cast<const Endpoint&>(host);
  out->port = static_cast<uint16_t>(port);
  return true;
}

/** The address is looked at only where there is one. */
template <>
inline constexpr size_t kArguments<SignalledPeer> = 4;

bool read(Arguments& args, SignalledPeer* out) {
  if (!read_all(args, &out->kind, &out->asymmetric)) return false;
  return out->kind != PeerKind::kAddress || read(args, &out->address);
}

template <>
inline constexpr size_t kArguments<CopyRoute> = 6;

bool read(Arguments& args, CopyRoute* out) { return read_all(args, &out->local, &out->remote, &out->tos, &out->rtcp); }

template <>
inline constexpr size_t kArguments<PlaySpec> = 7;

bool read(Arguments& args, PlaySpec* out) {
  Bounded<0, 127> payload_type;
  Bounded<1, Player::kMaxPayload> packet_bytes;
  Bounded<1, 10'000> packet_ms;
  if (!read_all(args, &payload_type, &packet_bytes, &packet_ms, &out->count, &out->ssrc, &out->ts, &out->seq)) {
    return false;
  }
  out->payload_type = static_cast<uint8_t>(payload_type);
  out->packet_bytes = static_cast<uint32_t>(packet_bytes);
  out->packet_ms = static_cast<uint32_t>(packet_ms);
  return true;
}

/** How packets come in and go out. */
struct IoChoice {
  const char* name = "";
};

bool read(Arguments& args, IoChoice* out) {
  const std::vector<const char*> choices = io_choices();
  const std::vector<JsName> names(choices.begin(), choices.end());
  size_t index;
  if (!read_name(args, names, &index)) return false;
  out->name = choices[index];
  return true;
}

bool read(Arguments& args, EngineOptions* out) {
  static constexpr int64_t kNsPerSecond = 1'000'000'000;
  Bounded<1, 64> workers;
  std::vector<Bounded<0, CPU_SETSIZE - 1>> cpus;
  Seconds play_ttl;
  Bounded<kAutoWindow, kMaxWindow> window;
  IoChoice io;
  RelayOptions& relay = out->relay;
  if (!read_properties(args, kProperties<EngineOptions>, &workers, &cpus, &out->independent_ttl, &relay.duplicate_small,
                       &play_ttl, &relay.guarded, &relay.verbose, &window, &io)) {
    return false;
  }
  out->workers = static_cast<uint32_t>(workers);
  out->worker_cpus.assign(cpus.begin(), cpus.end());
  if (play_ttl > 0) relay.play_ttl_ns = int64_t{play_ttl} * kNsPerSecond;
  relay.batch_window = window;
  out->io = io.name;
  return true;
}

// What it gets from there.

napi_value write(napi_env env, SessionId id) { return write(env, to_number(id)); }

namespace {

// Where the engine's functions are not those of JavaScript.

Backend backend(Engine& engine) {
  const IoFailure& refusal = engine.refusal();
  return {engine.io(), refusal.backend, refusal.what, refusal.error};
}

ReusedPorts socket_reuse(Engine& engine, Bounded<1, 65535> first, Bounded<1, 65535> last) {
  const SocketReuse reuse = engine.socket_reuse({static_cast<uint16_t>(first), static_cast<uint16_t>(last)});
  return {reuse.state, reuse.ports.first, reuse.ports.last};
}

/** The records lie one after the other, and not where a record would have to. */
size_t drain_events(Engine& engine, std::span<uint8_t> events) {
  size_t count = 0;
  Event event;
  while ((count + 1) * sizeof event <= events.size() && engine.next_event(&event)) {
    std::memcpy(&events[count * sizeof event], &event, sizeof event);
    ++count;
  }
  return count;
}

size_t drain_watched(Engine& engine, WatchedRoom packets, Bounded<1, 65535> limit) {
  return engine.drain_watched(packets, static_cast<size_t>(limit));
}

void snapshots(Engine& engine, WantedRows wanted) { engine.snapshots(wanted.sessions, wanted.rows); }

int ask_snapshots(Engine& engine, const std::vector<SessionId>& sessions) { return engine.ask_snapshots(sessions); }

/** How many rows there are; as many of them as there is room for are copied. */
std::optional<size_t> take_snapshots(Engine& engine, std::span<double> out) {
  const std::optional<std::span<const SessionFigures>> rows = engine.take_snapshots();
  if (!rows) return std::nullopt;
  const size_t copied = std::min(rows->size(), out.size() / kNumbers);
  std::copy_n(rows->begin(), copied, reinterpret_cast<SessionFigures*>(out.data()));
  return rows->size();
}

std::span<const uint8_t> recording_header(Engine&, RecordFormat format) { return file_header(format); }

constexpr Function kMethods[] = {
    bind<backend>("backend"),
    bind<socket_reuse>("socketReuse", "first port", "last port"),
    bind<&Engine::create_session>("createSession", "setup ttl", "ttl", "near"),
    bind<&Engine::open_leg>("openLeg", "session", "leg", "address", "port", "tos"),
    bind<&Engine::complete>("complete", "session"),
    bind<&Engine::set_peer>("setPeer", "session", "leg", "kind", "asymmetric", "address", "port"),
    bind<&Engine::set_ttl>("setTtl", "session", "leg", "seconds"),
    bind<&Engine::restart>("restart", "session"),
    bind<&Engine::set_resizer>("setResizer", "session", "leg", "packet length"),
    bind<&Engine::set_tos>("setTos", "session", "leg", "tos"),
    bind<&Engine::snapshot>("snapshot", "session", "out"),
    bind<snapshots>("snapshots", "sessions", "out"),
    bind<ask_snapshots>("askSnapshots", "sessions"),
    bind<take_snapshots>("takeSnapshots", "out"),
    bind<&Engine::remove>("remove", "session"),
    bind<&Engine::batch_wakeups>("batchWakeups", "on"),
    bind<&Engine::release_sockets>("releaseSockets"),
    bind<&Engine::sync>("sync"),
    bind<&Engine::set_verbose>("setVerbose", "verbose"),
    bind<&Engine::set_access>("setAccess", "access rules"),
    bind<&Engine::judge>("judge", "address", "port"),
    bind<&Engine::totals>("totals"),
    bind<&Engine::workers>("workers"),
    bind<drain_events>("drainEvents", "events"),
    bind<&Engine::next_retired>("nextRetired", "out"),
    bind<recording_header>("recordingHeader", "format"),
    bind<&Engine::add_recording>("addRecording", "session", "fd", "format"),
    bind<&Engine::add_companion>("addCompanion", "file", "fd", "format"),
    bind<&Engine::divert_recording>("divertRecording", "file", "callee", "caller"),
    bind<&Engine::discard_recording>("discardRecording", "file"),
    bind<&Engine::record>("record", "session", "leg", "rtp", "rtcp", "asSent"),
    bind<&Engine::copy>("copy", "session", "leg", "address", "port", "target address", "target port", "tos", "rtcp"),
    bind<&Engine::stop_tap>("stopTap", "session", "leg"),
    bind<&Engine::next_recording>("nextRecording"),
    bind<&Engine::fork>("fork", "target", "source", "crossed"),
    bind<&Engine::watch_rtcp>("watchRtcp", "on"),
    bind<&Engine::watch_payloads>("watchPayloads", "session", "leg", "watched payload types", "hidden payload types"),
    bind<drain_watched>("drainWatched", "packets", "limit"),
    bind<&Engine::add_prompt>("addPrompt", "data"),
    bind<&Engine::drop_prompt>("dropPrompt", "prompt"),
    bind<&Engine::play>("play", "session", "leg", "prompt", "token", "payload type", "packet size", "packet length",
                        "count", "SSRC", "timestamp", "sequence number"),
    bind<&Engine::stop_play>("stopPlay", "session", "leg"),
    bind<&Engine::next_ended_player>("nextEndedPlayer"),
};

}  // namespace

template <>
struct NativeClass<Engine> {
  static constexpr const char* kName = "NativeEngine";
  static constexpr const char* kClosed = "the engine is closed";
  static constexpr const char* kParameters[] = {"options", "callback"};

  static std::unique_ptr<Engine> create(Arguments& args, std::unique_ptr<Wakeup>* wakeup) {
    EngineOptions options;
    if (!read_all(args, &options, wakeup)) return nullptr;
    int error = 0;
    IoFailure refusal;
    std::unique_ptr<Engine> engine = Engine::create(options, wakeup->get(), &error, &refusal);
    if (engine == nullptr) throw_system_error(args.env(), "the relay workers cannot be started", error, refusal.what);
    return engine;
  }
};

Napi::Function define_native_engine(Napi::Env env) { return NativeObject<Engine>::define(env, kMethods); }

}  // namespace rtpp
