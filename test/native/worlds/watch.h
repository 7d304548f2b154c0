#pragma once

#include <cstdint>
#include <vector>

#include "worlds/track.h"
#include "worlds/world.h"

// The RTP stream of one leg in a world with strangers: whether its party was found, as `guarded` shows by what it
// accepts, and what strangers may do then.

namespace rtpp::worlds {

/** What a source that is not the party has done so far. */
struct Stranger {
  uint16_t place = 0;
  int64_t last_ns = 0;
  /** Packets less than a second apart, and the first of them. */
  int run = 0;
  int64_t run_ns = 0;
  /** Packets since the party was heard last, and the first of them. */
  int alone = 0;
  int64_t alone_ns = 0;
  /** The party was heard after it. */
  bool beside = false;
  /** Packets in a row that could be next ones of the party's stream, and whether there ever were two. */
  int near = 0;
  bool goes_on = false;
  /** His stream, and packets in a row of the party that could be next ones of it. */
  Source voice;
  int followed = 0;
  /** His packets that were heard when he had a right to the leg. */
  int heard = 0;
  int64_t first_heard_ns = 0;
  /** He has taken the leg; he has lost it again, first at this time. */
  bool took = false;
  bool had = false;
  int64_t had_ns = 0;
};

class Watch {
 public:
  /** A packet arrived; `taken`: it was accepted. What was broken, empty: nothing. */
  const char* hear(const World& world, const Event& packet, const Signalled& signalled, bool taken);
  /** A source has got the leg; `found`: with evidence, so that the party, if it is the one, was found there. */
  void note_taken(const World& world, int place, bool found, int64_t now_ns);
  /** A packet for the party was sent to this place, -1: to none of the world's. */
  const char* sent(const World& world, int place, const Signalled& signalled, int64_t now_ns);
  /** A source at this place has got the leg by time alone. */
  const char* given(const World& world, int place, const Signalled& signalled, int64_t now_ns);

  /** The party was found, and no stranger has succeeded it since. */
  bool holds() const { return found_ >= 0 && !lost_; }
  bool found() const { return found_ >= 0; }
  bool lost() const { return lost_; }
  /** It has sent nothing so far. */
  bool unheard() const { return party_ < 0; }
  /** How many others were heard. */
  size_t strangers() const { return strangers_.size(); }
  /** It sends: the last packet is less than 0.2 s old. */
  bool sends(int64_t now_ns) const { return now_ns - heard_ns_ < kContestNs; }
  int64_t heard_ns() const { return heard_ns_; }
  /** Its last packet came from where it was found last. */
  bool settled() const { return found_ >= 0 && party_ == found_; }
  /** Where it was found last. */
  int place() const { return found_; }

 private:
  const char* hear_party(const World& world, const Event& packet, const Signalled& signalled, bool taken);
  const char* hear_stranger(const World& world, const Event& packet, const Signalled& signalled, bool taken);
  bool heard_before(const World& world, const Stranger& it) const;
  const char* judge_all(const World& world, const Stranger& it, const Signalled& signalled, int64_t now_ns) const;
  const char* judge(const World& world, const Stranger& it, const Signalled& signalled, int64_t now_ns) const;
  const char* judge_unproven(const World& world, const Stranger& it, const Signalled& signalled, int64_t now_ns) const;
  bool may_stay(const World& world, const Event& packet, const Signalled& signalled) const;
  bool too_many_before(const World& world, const Signalled& signalled) const;
  bool taken_by_neighbour(const World& world) const;
  bool was_first(const World& world, uint16_t place) const;
  bool known(const World& world, const Event& packet, const Signalled& signalled) const;
  const char* judge_refusal(const World& world, const Event& packet, const Signalled& signalled);
  const char* judge_silence(const Stranger& it, bool near_host, const Signalled& signalled, int64_t now_ns) const;
  void count_accepted(const World& world, const Event& packet, const Signalled& signalled);
  void count_lone(int64_t now_ns);
  /** A stranger where signalling says that the party is was heard in the last second. */
  bool rival(const World& world, const Signalled& signalled, int64_t now_ns) const;
  bool pointed(const World& world, uint16_t place, const Signalled& signalled) const;
  bool home(const World& world, uint16_t place) const;
  bool beside(const Stranger& it) const;
  bool behind_nat(const World& world, const Stranger& it) const;
  bool near_found(const World& world, int place) const;
  Stranger* stranger(uint16_t place);

  std::vector<Stranger> strangers_;
  /** Where it was found with a single packet, and has sent no other since; -1: it has. */
  int lone_ = -1;
  /** The party got the leg elsewhere, with little evidence, since it was heard where it was found. */
  bool displaced_ = false;
  /** So did a stranger who had been heard before the party was found. */
  bool retaken_ = false;
  /** Where the party was found last, and everywhere it was found so far. */
  int found_ = -1;
  std::vector<uint16_t> homes_;
  int64_t found_first_ns_ = 0;
  /** It was heard since at the other place that signalling named. */
  bool named_ = false;
  /** A stranger has succeeded it, as he may; one to whom signalling pointed then. */
  bool lost_ = false;
  bool lost_to_signalled_ = false;
  /** Packets of the party since then. */
  int returned_ = 0;
  int64_t heard_ns_ = 0;
  /** Its streams, as a stranger would have to guess them. */
  Source voice_;
  /** Its accepted packets from one place, until it is found there. */
  int accepted_place_ = -1;
  int accepted_ = 0;
  int accepted_run_ = 0;
  int64_t accepted_first_ns_ = 0;
  int64_t accepted_last_ns_ = 0;
  bool accepted_alone_ = true;
  /** The source whose packet was accepted last. */
  int last_ = -1;
  /** Who has taken the leg last, -1: it is the first comer's. */
  int holder_ = -1;
  /** The place of the party's last packet, accepted or not. */
  int party_ = -1;
  /** When a packet from another place of the party than the found one was accepted last. */
  int64_t elsewhere_ns_ = 0;
  /** Packets less than a second apart that were refused although the party has a right to be heard. */
  int refused_ = 0;
  int64_t refused_ns_ = 0;
  uint16_t refused_place_ = 0;
};

}  // namespace rtpp::worlds
