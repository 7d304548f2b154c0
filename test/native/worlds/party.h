#pragma once

#include <cstdint>
#include <vector>

#include "worlds/dice.h"
#include "worlds/world.h"

namespace rtpp::worlds {

/** One address of a party: the places that its RTP and its RTCP come from. */
struct Spot {
  uint16_t rtp = 0;
  uint16_t rtcp = 0;
};

/** What a party is like. Chances are in percent. */
struct Habits {
  int packets = 150;
  int move = 40;
  int signal = 35;
  /** Segments that are anything but plain talk. */
  int odd_media = 60;
  int silence = 60;
  /** Two sources at once that have nothing to do with each other. */
  int two_sources = 4;
  /** Sequence numbers other than rising ones. */
  int odd_seq = 8;
};

/** A `kSignal` of this place repeats what was signalled last; `settle_repeats` fills it in. */
inline constexpr uint16_t kRepeat = 0xffff;

/** Gives every repeated signal its place; those with nothing to repeat go. Events must be sorted. */
void settle_repeats(World* world);

/** Writes the part of one party: what it sends from where, and the signalling about it. */
class Party {
 public:
  Party(World* world, Dice* dice, uint8_t leg, const Habits& habits);

  /** The first U or L, at this time. */
  void introduce(int64_t at_ns);
  /** Everything from `now_ns` on, for about so long or until its packets are used up. */
  void live(int64_t now_ns, int64_t duration_ns);

  const std::vector<Spot>& spots() const { return spots_; }
  uint16_t signalled() const { return signalled_; }
  /** The first address that was signalled is where its media comes from. */
  bool direct() const { return direct_; }

 private:
  /** One stream of RTP. */
  struct Voice {
    uint32_t ssrc = 0;
    uint16_t seq = 0;
    int step = 1;
  };

  // party_places.cc
  void settle_down();
  void add_spot(bool natted);
  Endpoint new_host();
  uint16_t nobody(const Endpoint& at);
  uint16_t private_place();
  uint16_t wrong_port(const Spot& spot);
  uint16_t other_place();
  uint16_t first_signal();
  uint16_t next_signal();
  void signal(int64_t at_ns, uint16_t place);
  void maybe_signal(int64_t at_ns);

  // party.cc
  void segment();
  void move();
  void media();
  void talk(int packets);
  void few();
  void rare();
  void no_rtp();
  void two_paths();
  void two_voices();
  void two_sources();
  void pause();
  void advance(int64_t by_ns);
  void send(const Spot& spot, Voice* voice);
  void send_other(const Spot& spot);
  void emit(Event event);
  void new_voice(Voice* voice);
  const Spot& other_spot();
  const Spot& here() const { return spots_[here_]; }

  World* world_;
  Dice& dice_;
  uint8_t leg_;
  Habits habits_;
  std::vector<Spot> spots_;
  /** When the last packet of a place arrives. */
  std::vector<int64_t> arrival_ns_;
  uint16_t signalled_ = kRepeat;
  bool direct_ = false;
  size_t here_ = 0;
  int left_ = 0;
  int64_t now_ns_ = 0;
  int64_t ptime_ns_ = 0;
  int64_t jitter_ns_ = 0;
  int loss_ = 0;
  int twice_ = 0;
  /** 0: no RTCP. */
  int64_t rtcp_every_ns_ = 0;
  int64_t rtcp_due_ns_ = 0;
  uint8_t hosts_ = 0;
  uint16_t ports_ = 0;
  Voice voice_;
};

}  // namespace rtpp::worlds
