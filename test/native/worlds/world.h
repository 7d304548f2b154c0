#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/addr.h"

// A world is one call: two parties, who may have several addresses each, perhaps strangers, and what happens between
// them in time. It is plain data, so that it can be played in both modes, shrunk and printed.

namespace rtpp::worlds {

inline constexpr int64_t kMs = 1'000'000;
inline constexpr int64_t kSecond = 1000 * kMs;
/** When schedules begin: 0 means "never" to the automaton. */
inline constexpr int64_t kStart = 1000 * kSecond;

/** Whose an address is. The first two are also the numbers of the legs. */
enum Owner : uint8_t { kPartyA = 0, kPartyB = 1, kStranger = 2, kNobody = 3 };

/** An address of the world. */
struct Place {
  Endpoint at;
  Owner owner = kNobody;
  /** For RTCP; only the name in the printout depends on it. */
  bool rtcp = false;
  /** Whoever owns it gets what is sent there, from the beginning; otherwise once a packet came from there. */
  bool live = false;
};

enum class Act : uint8_t {
  /** A packet comes from `place` to the ports of `leg`. */
  kPacket,
  /** A U or L command names `place` as the address of the party of `leg`. */
  kSignal,
  kHold,
  /** The owner of `place` does not get any more what is sent there, until he sends from there again. */
  kDie,
};

struct Event {
  int64_t at_ns = 0;
  Act act = Act::kPacket;
  uint8_t leg = 0;
  /** A packet of the RTCP stream. */
  bool rtcp = false;
  /** A packet that parses as RTP, with `ssrc` and `seq`. */
  bool rtp = false;
  /** A packet that seems to come from `place` but was sent by a stranger elsewhere. */
  bool spoofed = false;
  uint16_t place = 0;
  uint16_t seq = 0;
  uint32_t ssrc = 0;
};

struct World {
  std::vector<Place> places;
  std::vector<Event> events;

  uint16_t add_place(const Endpoint& at, Owner owner, bool rtcp, bool live);
  /** Index of the place with this address, -1: there is none. */
  int find_place(const Endpoint& at) const;
  /** A packet of a stranger. */
  bool strange(const Event& event) const { return event.spoofed || places[event.place].owner == kStranger; }
  /** In the order of time; what happens at once stays in its order. */
  void sort();
};

Endpoint ip(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port);
inline Endpoint with_port(Endpoint at, uint16_t port) {
  at.port = port;
  return at;
}

std::string show(const Endpoint& at);
/** A short name: owner, `r` for RTCP, number among the places. */
std::string name_of(const World& world, int place);
/** The places that occur in events, one a line. */
std::string show_places(const World& world);
std::string show(const World& world, const Event& event);

}  // namespace rtpp::worlds
