#pragma once

#include <cstdint>
#include <vector>

#include "worlds/world.h"

// What a stream of a leg has heard so far, as somebody sees it who knows the world and nothing of the automaton.

namespace rtpp::worlds {

inline constexpr int64_t kContestNs = 200 * kMs;
inline constexpr int64_t kRareNs = 200 * kMs;
inline constexpr int64_t kLoneNs = kSecond;
inline constexpr int64_t kReopenNs = 10 * kSecond;
inline constexpr int kStayPackets = 5;
inline constexpr int64_t kStayNs = 100 * kMs;
/** RTCP of a host that RTP does not come from has to come as RTCP does, with pauses. */
inline constexpr int64_t kApartNs = 500 * kMs;

/** The sequence number can be that of a next packet of the stream, as far as one can tell. */
bool near(uint16_t seq, uint16_t last, int64_t silence_ns);

/** A packet can be a next one of the stream of another one. */
bool goes_on(const Event& packet, const Event& before);

/** What signalling said of a leg. */
struct Signalled {
  Endpoint at;
  /** When it named another address than before; far in the past: never. The first one is no change. */
  int64_t changed_ns = -kReopenNs;
  /** When it said anything. */
  int64_t last_ns = -kReopenNs;

  void hear(const Endpoint& peer, int64_t now_ns);
};

/** One source of a stream. */
struct Source {
  uint16_t place = 0;
  /** Packets of the present stay: until another source was heard that does not go on from this one. */
  int stay = 0;
  int64_t stay_ns = 0;
  int64_t last_ns = 0;
  /** Index of its last packet, as the caller counts. */
  size_t event = 0;
  /** Nobody else was heard since the stay began. */
  bool alone = true;
  /** Packets since somebody else was heard, and the first of them. */
  int own = 0;
  int64_t own_ns = 0;
  /** RTCP: two of these came half a second apart. */
  bool apart = false;
  /** The stay began at the very address that signalling had just named. */
  bool pointed = false;
  /** The party had been found elsewhere when the stay began. */
  bool moved = false;
  /** It had not been heard there since signalling named another address than that. */
  bool left = false;
  /** This source was heard beside the one before, in the last 5 s. */
  bool beside = false;
  /** Packets in a row that go on from the source before. */
  int nears = 0;
  /** Packets of the stay that were refused and should not, as the caller counts. */
  int lost = 0;
  /** It left. */
  bool dead = false;
  /** Packets less than a second apart. */
  int run = 0;
  /** Its last two streams, the last one first. */
  struct Key {
    uint32_t ssrc = 0;
    uint16_t seq = 0;
  };
  Key keys[2];
  int key_count = 0;

  void note(const Event& packet);
  bool goes_on(const Event& packet) const;
};

/** All sources of one stream of a leg. */
class Track {
 public:
  /** True: a stay at another place than before began. */
  bool hear(const World& world, const Event& packet, const Signalled& signalled, size_t event);
  void die(uint16_t place);
  /** Every source is to be found anew. */
  void unsettle();

  /** The source of the last packet; null: nothing was heard yet. */
  const Source* current() const { return current_ < 0 ? nullptr : &sources_[static_cast<size_t>(current_)]; }
  Source* current() { return current_ < 0 ? nullptr : &sources_[static_cast<size_t>(current_)]; }
  /** Where there was evidence of the party last, -1: nowhere. */
  int found() const { return found_; }

 private:
  void find_lone(int64_t now_ns);
  Source* source(uint16_t place);
  void begin_stay(Source* source, const World& world, const Event& packet, const Signalled& signalled);

  std::vector<Source> sources_;
  int current_ = -1;
  /** The one before it. */
  int previous_ = -1;
  int found_ = -1;
};

/** Two sources of this stream that do not go on from each other were heard within 0.2 s around `at_ns`, one of them
 * `place` unless that is negative. `event` is the index of an event at about that time; those before `from` are not
 * heard. */
bool contested(const World& world, size_t from, uint8_t leg, bool rtcp, int place, int64_t at_ns, size_t event);

/** A source on another host than that of this packet, or on another port, was heard between then and the packet. */
bool heard_elsewhere(const World& world, size_t event, int64_t since_ns, bool any_port);

}  // namespace rtpp::worlds
