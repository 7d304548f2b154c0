#pragma once

#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "check.h"
#include "engine/engine.h"
#include "io/media_socket.h"
#include "udp_peer.h"
#include "wait.h"

namespace rtpp::test {

/**
 * An engine with two workers on real sockets; this thread is its main thread. With RTPPROXY_TEST_IO=auto in the
 * environment it takes the shared backend where that works.
 */
struct EngineRig : EventSink {
  explicit EngineRig(EngineOptions options = {}) {
    options.workers = 2;
    options.relay.verbose = true;
    const char* io = std::getenv("RTPPROXY_TEST_IO");
    if (io != nullptr && std::strcmp(io, "auto") == 0) options.io = kAutoBackend;
    int error = 0;
    engine = Engine::create(options, this, &error);
    CHECK(engine != nullptr);
    CHECK_EQ(error, 0);
  }
  ~EngineRig() override { engine->close(); }

  void events_pending() override { pending.fetch_add(1); }

  /** Opens ports that the kernel had free; the address of the RTP port. */
  Endpoint open_leg(SessionId id, LegIndex leg, const char* host = "127.0.0.1") {
    for (;;) {
      Endpoint local = UdpPeer(host).address();
      if (local.port == 65535) continue;
      const int error = engine->open_leg(id, leg, local, kNoTos);
      if (error == 0) return local;
      CHECK_EQ(error, EADDRINUSE);
      if (error != EADDRINUSE) return {};
    }
  }

  /** The next event of that kind; others are passed over. */
  bool next(EventKind kind, Event* event, int ms = 5000) {
    return eventually(
        [&] {
          while (engine->next_event(event)) {
            if (event->kind == kind) return true;
          }
          return false;
        },
        ms);
  }

  SessionFigures snapshot(SessionId id) {
    SessionFigures result;
    CHECK_EQ(engine->snapshot(id, &result), 0);
    return result;
  }

  std::unique_ptr<Engine> engine;
  std::atomic<int> pending{0};
};

inline Endpoint rtcp_of(Endpoint rtp) {
  ++rtp.port;
  return rtp;
}

/** A complete session and the addresses of its RTP ports. */
struct EngineCall {
  EngineCall(EngineRig* rig, const char* host = "127.0.0.1") : id(rig->engine->create_session(60, 60)) {
    for (const LegIndex leg : kLegs) ports[index(leg)] = rig->open_leg(id, leg, host);
    CHECK_EQ(rig->engine->complete(id), 0);
  }

  SessionId id;
  Endpoint ports[2];
};

}  // namespace rtpp::test
