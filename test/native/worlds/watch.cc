#include "worlds/watch.h"

#include <algorithm>
#include <utility>

namespace rtpp::worlds {
namespace {

/** For so long a single packet keeps others out. */
constexpr int64_t kUnprovenNs = 100 * kMs;
/** For so long the party that something points to may take the leg with its first packet. */
constexpr int64_t kEarlyNs = 500 * kMs;

/** Of two who do not send at the same time, the packets may cross for so long. */
constexpr int64_t kOverlapNs = 50 * kMs;

/** Two packets, 0.2 s apart or the first a second ago. */
bool few_but_enough(const Stranger& it, int64_t now_ns) {
  return it.alone >= 2 && (it.last_ns - it.alone_ns >= kRareNs || now_ns - it.alone_ns >= kLoneNs);
}

}  // namespace

Stranger* Watch::stranger(uint16_t place) {
  const auto known =
      std::find_if(strangers_.begin(), strangers_.end(), [place](const Stranger& it) { return it.place == place; });
  if (known != strangers_.end()) return &*known;
  strangers_.emplace_back();
  strangers_.back().place = place;
  return &strangers_.back();
}

bool Watch::pointed(const World& world, uint16_t place, const Signalled& signalled) const {
  return world.places[place].at.same_host(signalled.at);
}

bool Watch::home(const World& world, uint16_t place) const {
  return std::any_of(homes_.begin(), homes_.end(),
                     [&](uint16_t home) { return world.places[home].at.same_host(world.places[place].at); });
}

/** On the host where the party was found last. */
bool Watch::near_found(const World& world, int place) const {
  return world.places[static_cast<size_t>(found_)].at.same_host(world.places[static_cast<size_t>(place)].at);
}

const char* Watch::hear(const World& world, const Event& packet, const Signalled& signalled, bool taken) {
  count_lone(packet.at_ns);
  const bool strange = world.strange(packet);
  const char* broken =
      strange ? hear_stranger(world, packet, signalled, taken) : hear_party(world, packet, signalled, taken);
  if (accepted_place_ != packet.place || strange) accepted_alone_ = false;
  if (taken) last_ = packet.place;
  return broken;
}

void Watch::note_taken(const World& world, int place, bool found, int64_t now_ns) {
  if (place < 0) return;
  const int last = std::exchange(last_, place);
  holder_ = place;
  const uint16_t by = static_cast<uint16_t>(place);
  if (world.places[by].owner >= kStranger) {
    stranger(by)->took = true;
    retaken_ |= found_ >= 0 && was_first(world, by);
    accepted_place_ = -1;
    accepted_ = 0;
    return;
  }
  // Who had the leg until now begins anew.
  for (Stranger& it : strangers_) {
    if (it.place != last) continue;
    it.run = 0;
    it.beside = false;
    if (!it.had) it.had_ns = now_ns;
    it.had = true;
  }
  if (found_ < 0 && !found) return;
  if (place == found_) {
    if (lost_) found_first_ns_ = now_ns;
    return;
  }
  displaced_ = !found;
  if (!found) return;
  found_ = place;
  named_ = false;
  found_first_ns_ = now_ns;
  homes_.push_back(by);
}

/** One packet, and nobody else was heard for a second after it. */
void Watch::count_lone(int64_t now_ns) {
  if (accepted_ == 0 || !accepted_alone_ || found_ == accepted_place_) return;
  if (now_ns - accepted_first_ns_ < kLoneNs) return;
  if (accepted_ == 1) lone_ = accepted_place_;
  found_ = accepted_place_;
  found_first_ns_ = accepted_first_ns_;
  homes_.push_back(static_cast<uint16_t>(found_));
}

const char* Watch::hear_party(const World& world, const Event& packet, const Signalled& signalled, bool taken) {
  party_ = packet.place;
  for (Stranger& it : strangers_) {
    it.followed = it.voice.goes_on(packet) ? it.followed + 1 : 0;
    it.goes_on |= it.followed >= 2;
  }
  if (!taken) return judge_refusal(world, packet, signalled);
  refused_ = 0;
  // At first it may be heard beside the stranger only.
  if (++returned_ > kStayPackets) lost_ = false;
  lost_to_signalled_ = false;
  count_accepted(world, packet, signalled);
  if (found_ < 0) {
    voice_.note(packet);
    voice_.last_ns = packet.at_ns;
  }
  if (found_ < 0 || packet.place != found_) {
    elsewhere_ns_ = packet.at_ns;
    named_ |= world.places[packet.place].at == signalled.at;
    return "";
  }
  named_ = false;
  for (Stranger& it : strangers_) {
    // Who was last heard long ago is a new one.
    const bool crossed = it.run == 0 || packet.at_ns - it.run_ns <= kOverlapNs;
    it.beside = packet.at_ns - it.last_ns <= 5 * kSecond && (it.beside || !crossed);
    it.alone = 0;
  }
  displaced_ = retaken_ = false;
  // Another path of its stream does not speak for its host.
  if (holder_ < 0 || holder_ == found_) lone_ = -1;
  heard_ns_ = packet.at_ns;
  voice_.note(packet);
  voice_.last_ns = packet.at_ns;
  return "";
}

void Watch::count_accepted(const World& world, const Event& packet, const Signalled& signalled) {
  const bool goes_on = accepted_place_ == packet.place && packet.place == last_;
  if (!goes_on) {
    accepted_place_ = packet.place;
    accepted_ = accepted_run_ = 0;
    accepted_first_ns_ = packet.at_ns;
    accepted_alone_ = true;
  }
  accepted_run_ = goes_on && packet.at_ns - accepted_last_ns_ <= kSecond ? accepted_run_ + 1 : 1;
  ++accepted_;
  accepted_last_ns_ = packet.at_ns;
  const int enough = pointed(world, packet.place, signalled) ? 3 : kStayPackets;
  const bool rare = accepted_ >= 2 && accepted_alone_ && packet.at_ns - accepted_first_ns_ >= kRareNs;
  if (found_ == packet.place || (accepted_run_ < enough && !rare)) return;
  found_ = packet.place;
  named_ = false;
  found_first_ns_ = accepted_first_ns_;
  homes_.push_back(packet.place);
}

/** A packet of the party was refused. */
const char* Watch::judge_refusal(const World& world, const Event& packet, const Signalled& signalled) {
  const bool sending = packet.place == found_ && sends(packet.at_ns);
  if (packet.place == found_ && holds() && last_ == packet.place) {
    // Another address that signalling named speaks against it, whoever sends from there.
    const bool moving = packet.at_ns - elsewhere_ns_ <= kSecond;
    if (sending && !moving && packet.at_ns - signalled.changed_ns > kReopenNs)
      return "the party that was found is refused";
    return "";
  }
  if (last_ < 0 || world.places[static_cast<size_t>(last_)].owner < kStranger) return "";
  if (may_stay(world, packet, signalled)) return "";
  const bool goes_on = refused_ > 0 && packet.place == refused_place_ && packet.at_ns - refused_ns_ < kContestNs &&
                       signalled.last_ns < refused_ns_;
  refused_ = goes_on ? refused_ + 1 : 1;
  refused_place_ = packet.place;
  refused_ns_ = packet.at_ns;
  if (refused_ <= kStayPackets) return "";
  if (world.places[static_cast<size_t>(last_)].at.same_host(world.places[packet.place].at)) {
    return "a party does not get the leg back from a stranger on its host";
  }
  return found_ >= 0 ? "the party that was found does not get the leg back"
                     : "a party that something points to does not get the leg";
}

/** The stranger who has the leg may keep it although this packet of the party comes. */
bool Watch::may_stay(const World& world, const Event& packet, const Signalled& signalled) const {
  const bool at_signalled = pointed(world, packet.place, signalled);
  if (!at_signalled && !known(world, packet, signalled)) return true;
  // Where nothing points to the party, he who was there first takes the leg back like anybody.
  if (!at_signalled && (retaken_ || was_first(world, static_cast<uint16_t>(last_)))) return true;
  // Nor can another port of the party be told from a stranger on a host where it was found.
  const bool exact = packet.place == found_ && near_found(world, last_);
  if (home(world, static_cast<uint16_t>(last_)) && !exact) return true;
  if (taken_by_neighbour(world)) return true;
  // Whoever knows SSRC and sequence number is another path of the party.
  const auto guesses = [&](const Stranger& it) { return it.place == last_ && it.goes_on; };
  if (std::any_of(strangers_.begin(), strangers_.end(), guesses)) return true;
  // The stranger is where signalling says that the party is: nothing is better than that.
  return displaced_ || lost_to_signalled_ || rival(world, signalled, packet.at_ns);
}

/** Where the party was found; another port of that host only if it sent two packets, and no other had the leg. */
bool Watch::known(const World& world, const Event& packet, const Signalled& signalled) const {
  if (found_ < 0 || named_ || too_many_before(world, signalled)) return false;
  if (packet.place == found_) return true;
  if (found_ == lone_) return false;
  const Endpoint& holder = world.places[static_cast<size_t>(last_)].at;
  const bool others = std::any_of(strangers_.begin(), strangers_.end(), [&](const Stranger& it) {
    return (it.heard > 0 || it.took) && !world.places[it.place].at.same_host(holder);
  });
  return !others && !was_first(world, static_cast<uint16_t>(last_)) && near_found(world, packet.place) &&
         near_found(world, homes_.front());
}

/** More strangers have had the leg, or are on the signalled host, than are remembered beside the party and a new one.
 */
bool Watch::too_many_before(const World& world, const Signalled& signalled) const {
  const auto remembered = [&](const Stranger& it) {
    return it.heard > 0 || it.took || pointed(world, it.place, signalled);
  };
  return std::count_if(strangers_.begin(), strangers_.end(), remembered) >= 3;
}

/** He, or another port of his host, was heard before the party was found. */
bool Watch::was_first(const World& world, uint16_t place) const {
  return std::any_of(strangers_.begin(), strangers_.end(), [&](const Stranger& it) {
    const bool same = world.places[it.place].at.same_host(world.places[place].at);
    return same && ((it.heard > 0 && it.first_heard_ns < found_first_ns_) || (it.had && it.had_ns <= found_first_ns_));
  });
}

/** Another path of their stream may be heard since. */
bool Watch::taken_by_neighbour(const World& world) const {
  return std::any_of(strangers_.begin(), strangers_.end(), [&](const Stranger& it) {
    return it.took && home(world, it.place) && !near_found(world, it.place);
  });
}

bool Watch::rival(const World& world, const Signalled& signalled, int64_t now_ns) const {
  if (pointed(world, static_cast<uint16_t>(last_), signalled)) return true;
  if (holder_ >= 0 && pointed(world, static_cast<uint16_t>(holder_), signalled)) return true;
  return std::any_of(strangers_.begin(), strangers_.end(), [&](const Stranger& it) {
    return pointed(world, it.place, signalled) && now_ns - it.last_ns <= kSecond;
  });
}

const char* Watch::hear_stranger(const World& world, const Event& packet, const Signalled& signalled, bool taken) {
  Stranger* it = stranger(packet.place);
  const bool near = voice_.goes_on(packet);
  it->near = near ? it->near + 1 : 0;
  it->goes_on |= it->near >= 2;
  if (it->run > 0 && packet.at_ns - it->last_ns > 5 * kSecond) it->beside = false;
  it->run = it->run > 0 && packet.at_ns - it->last_ns <= kSecond ? it->run + 1 : 1;
  if (it->run == 1) it->run_ns = packet.at_ns;
  if (it->alone++ == 0) it->alone_ns = packet.at_ns;
  it->last_ns = it->voice.last_ns = packet.at_ns;
  it->voice.note(packet);
  if (taken && pointed(world, packet.place, signalled)) lost_to_signalled_ = true;
  if (!taken) return "";
  const char* broken = "";
  if (found_ < 0) {
    broken = judge_unproven(world, *it, signalled, packet.at_ns);
  } else if (it->goes_on) {
    // Like a second path of the party's stream.
  } else if (!lost_) {
    broken = judge_all(world, *it, signalled, packet.at_ns);
    lost_ = true;
    returned_ = 0;
  }
  if (it->heard++ == 0) it->first_heard_ns = packet.at_ns;
  return broken;
}

const char* Watch::sent(const World& world, int place, const Signalled& signalled, int64_t now_ns) {
  const bool strange = place >= 0 && world.places[static_cast<size_t>(place)].owner == kStranger;
  return strange ? given(world, place, signalled, now_ns) : "";
}

const char* Watch::given(const World& world, int place, const Signalled& signalled, int64_t now_ns) {
  count_lone(now_ns);
  if (place < 0 || !holds() || world.places[static_cast<size_t>(place)].owner < kStranger) return "";
  const char* broken = judge_all(world, *stranger(static_cast<uint16_t>(place)), signalled, now_ns);
  lost_ = true;
  returned_ = 0;
  return broken;
}

/** He is heard, and the party was not found yet. Until it is silent, the one who came first stays. */
const char* Watch::judge_unproven(const World& world, const Stranger& it, const Signalled& signalled,
                                  int64_t now_ns) const {
  const bool party = last_ >= 0 && last_ == accepted_place_;
  if (!party || it.goes_on || now_ns - accepted_last_ns_ >= kUnprovenNs) return "";
  // The stricter reading: one packet of the party is enough, unless something points to the stranger.
  if (pointed(world, it.place, signalled) || heard_before(world, it) || behind_nat(world, it)) return "";
  return "a stranger takes the leg of an unproven party that sends";
}

/** An address of the party is on his host. */
bool Watch::behind_nat(const World& world, const Stranger& it) const {
  return std::any_of(world.places.begin(), world.places.end(), [&](const Place& one) {
    return one.owner < kStranger && one.at.same_host(world.places[it.place].at);
  });
}

/** He, or another port of his host, had the leg when he had a right to it: he may come back. */
bool Watch::heard_before(const World& world, const Stranger& it) const {
  return std::any_of(strangers_.begin(), strangers_.end(), [&](const Stranger& one) {
    return (one.heard > 0 || one.had) && world.places[one.place].at.same_host(world.places[it.place].at);
  });
}

/** Another one may have the leg by now, of whom nothing was seen yet, and he goes on from that one. */
const char* Watch::judge_all(const World& world, const Stranger& it, const Signalled& signalled, int64_t now_ns) const {
  const char* broken = judge(world, it, signalled, now_ns);
  const bool other = std::any_of(strangers_.begin(), strangers_.end(), [&](const Stranger& one) {
    return &one != &it && *judge(world, one, signalled, now_ns) == 0;
  });
  return other ? "" : broken;
}

/** He has the leg, and the party was found before: whether he may. */
const char* Watch::judge(const World& world, const Stranger& it, const Signalled& signalled, int64_t now_ns) const {
  const int64_t silence_ns = now_ns - heard_ns_;
  const bool at_signalled = pointed(world, it.place, signalled);
  const bool changed = now_ns - signalled.changed_ns <= kReopenNs;
  if (at_signalled && changed) return "";
  // He was there first, and nothing pointed to the party.
  if (heard_before(world, it)) return "";
  // The party may just have been too slow.
  if (at_signalled && now_ns - found_first_ns_ < kEarlyNs) return "";
  // Signalling named a private address: the party may have got another port of its NAT.
  if (changed && (home(world, it.place) || behind_nat(world, it)) &&
      (silence_ns >= 100 * kMs || !near_found(world, it.place)))
    return "";
  // More points to him than to the party: he may displace it, but not with packets that are more than a second apart.
  const bool elsewhere = last_ >= 0 && !pointed(world, static_cast<uint16_t>(last_), signalled);
  if (at_signalled && (elsewhere || !pointed(world, static_cast<uint16_t>(found_), signalled)) && it.run >= 3)
    return "";
  if (it.goes_on && it.alone >= kStayPackets) return "";
  const bool rare = few_but_enough(it, now_ns);
  const bool lone = it.alone == 1 && now_ns - it.last_ns >= kLoneNs;
  // He is behind the NAT where the party was found before it was heard elsewhere in a silence.
  if (home(world, it.place) && (displaced_ || !near_found(world, it.place)) &&
      (it.run >= 3 || it.alone >= 3 || rare || lone))
    return "";
  const bool near_host = near_found(world, it.place);
  // Where the party is now it is not known yet.
  const bool unproven = displaced_ && now_ns - elsewhere_ns_ >= kUnprovenNs;
  if (unproven && (it.alone >= kStayPackets || rare || (lone && (at_signalled || changed)))) return "";
  if (silence_ns < kContestNs) return "a stranger has the leg while the party sends";
  if (at_signalled && (it.alone >= 3 || rare)) return "";
  return judge_silence(it, near_host, signalled, now_ns);
}

/** With many of them at once it is not known any more who was heard beside the party. */
bool Watch::beside(const Stranger& it) const { return it.beside && strangers_.size() < 3; }

/** The party has been silent for 0.2 s at least. */
const char* Watch::judge_silence(const Stranger& it, bool near_host, const Signalled& signalled, int64_t now_ns) const {
  const int64_t silence_ns = now_ns - heard_ns_;
  const bool rare = few_but_enough(it, now_ns);
  const bool enough = it.alone >= kStayPackets || rare;
  const bool reopened = signalled.last_ns >= it.alone_ns - kReopenNs;
  if (reopened && enough) return "";
  // The stricter reading: who was heard beside the party needs a U or L, even on its host.
  if ((enough || it.alone >= 3) && !beside(it) && near_host) return "";
  if (enough && !it.beside && it.goes_on) return "";
  if (!enough && it.run < kStayPackets) {
    return it.goes_on || it.near > 0 ? "a stranger with one near sequence number has the leg in a silence"
                                     : "a stranger has the leg after too few packets in a silence";
  }
  if (enough && silence_ns >= (beside(it) ? 5 : 2) * kSecond) return "";
  return beside(it) ? "a stranger beside the party has the leg after too short a silence"
                    : "a stranger has the leg after too short a silence";
}

}  // namespace rtpp::worlds
