#pragma once

#include <utility>

#include "engine/relay.h"
#include "fake_io.h"
#include "rtp_bytes.h"
#include "udp_peer.h"

namespace rtpp::test {

inline constexpr int64_t kSecond = 1'000'000'000;
inline const Endpoint kCallee = endpoint("10.0.0.1", 4000);
inline const Endpoint kCaller = endpoint("10.0.0.2", 5000);
inline const Endpoint kStranger = endpoint("10.0.0.3", 6000);

inline Endpoint rtcp_of(Endpoint rtp) {
  ++rtp.port;
  return rtp;
}

/** A complete session without sockets: its descriptors are numbers that nothing opens. */
struct Call {
  explicit Call(const RelayOptions& options = {})
      : relay(options, &counters, &reporter, &taps, &watch, &forks, &playout, &admission, &io) {
    session.id = SessionId{42};
    session.complete = true;
    int fd = 100;
    for (uint8_t i = 0; i < 2; ++i) {
      Leg& leg = session.legs[i];
      leg.ttl = 5;
      leg.full_ttl = 60;
      leg.rtcp.rtcp = true;
      for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
        stream->session = &session;
        stream->leg = i;
        stream->port.fd = fd++;
        stream->port.owner = stream;
      }
    }
  }

  /** Both peers are named by signalling. */
  void name_peers() {
    for (int i = 0; i < 2; ++i) {
      const Endpoint& peer = i == 0 ? kCallee : kCaller;
      latch_signal(&session.legs[i].rtp.latch, peer, 0);
      latch_signal(&session.legs[i].rtcp.latch, rtcp_of(peer), 0);
    }
  }

  void receive(Stream* stream, const Endpoint& source, Bytes bytes, uint32_t kernel_drops = 0) {
    data = std::move(bytes);
    relay_packet(stream, source, &data, kernel_drops);
  }

  /** The same with bytes that stay in place. */
  void relay_packet(Stream* stream, const Endpoint& source, Bytes* bytes, uint32_t kernel_drops = 0) {
    RxPacket packet{};
    packet.data = bytes->data();
    packet.len = static_cast<uint32_t>(bytes->size());
    packet.kernel_drops = kernel_drops;
    packet.source = source;
    packet.port = &stream->port;
    packet.local = sent_to;
    relay.process(packet, now, 1'700'000'000 + static_cast<double>(now) / kSecond, &out);
  }

  Event event() {
    Event next;
    return ring.pop(&next) ? next : Event{};
  }

  WorkerCounters counters;
  EventRing ring;
  Reporter reporter{&ring, true};
  FakeIo io;
  Admission admission{&counters, &reporter};
  Taps taps{&io, &admission};
  Watch watch{&counters};
  Forks forks{&io, false, &taps, &admission};
  Playout playout{&io, false, &counters.packets_played, &admission};
  Relay relay;
  SessionReserve reserve;
  Session session{&reserve};
  Stream& callee = session.legs[0].rtp;
  Stream& caller = session.legs[1].rtp;
  TxBatch out;
  /** The address that packets are sent to, if the socket tells. */
  Endpoint sent_to;
  Bytes data;
  int64_t now = kSecond;
};

}  // namespace rtpp::test
