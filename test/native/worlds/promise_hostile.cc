#include <algorithm>

#include "worlds/promise.h"
#include "worlds/watch.h"

namespace rtpp::worlds {
namespace {

/** More than in `compat` that strangers may get and say before the party is found. */
constexpr int kSlack = 5;

class Hostile {
 public:
  Hostile(const World& world, const Played& played) : world_(world), played_(played) {}

  Failure check() {
    for (now_ = 0; now_ < world_.events.size(); ++now_) {
      const Event& event = world_.events[now_];
      if (event.act != Act::kPacket) command(event);
      if (event.act != Act::kPacket) taken(event, played_.guarded[now_]);
      if (event.act != Act::kPacket || !complete_[0] || !complete_[1]) continue;
      const std::string kind = event.rtcp ? rtcp(event) : rtp(event);
      if (!kind.empty()) return {kind, now_};
    }
    return {};
  }

 private:
  struct Rtcp {
    /** RTCP of the party was accepted from RTP's host, last at this time. */
    bool heard = false;
    int64_t heard_ns = 0;
    int refused = 0;
    Endpoint home;
  };

  void command(const Event& event) {
    if (event.act == Act::kSignal) signalled_[event.leg].hear(world_.places[event.place].at, event.at_ns);
    if (event.act == Act::kSignal || event.act == Act::kHold) complete_[event.leg] = true;
  }

  std::string rtp(const Event& event) {
    const Outcome& guarded = played_.guarded[now_];
    const uint8_t other = static_cast<uint8_t>(1 - event.leg);
    Watch& watch = watches_[event.leg];
    std::string broken = taken(event, guarded);
    if (broken.empty()) broken = watch.hear(world_, event, signalled_[event.leg], guarded.accepted);
    if (!broken.empty()) return broken + where(watch, event.place);
    if (guarded.accepted) broken = watches_[other].sent(world_, guarded.place, signalled_[other], event.at_ns);
    if (!broken.empty()) return broken + ", media" + where(watches_[other], guarded.place);
    return count(event);
  }

  /** Sources got a leg before or with this packet. */
  std::string taken(const Event& event, const Outcome& guarded) {
    std::string broken;
    for (const Taking& it : guarded.takings) {
      const int place = world_.find_place(it.by);
      Watch& watch = watches_[it.leg];
      watch.note_taken(world_, place, it.found, it.at_ns);
      // RTCP begins anew on another host.
      if (!it.by.same_host(rtcp_[it.leg].home)) rtcp_[it.leg] = {};
      holder_[it.leg] = it.by;
      if (place == event.place || !broken.empty()) continue;
      broken = watch.given(world_, place, signalled_[it.leg], it.at_ns);
      if (!broken.empty()) broken += ", by time" + std::string(where(watch, place));
    }
    return broken;
  }

  /** Strangers behind the party's NAT and those who claim the signalled address are a matter of their own. */
  const char* where(const Watch& watch, int place) const {
    const Place& it = world_.places[static_cast<size_t>(place)];
    if (it.owner != kStranger) return it.owner == kNobody ? ", spoofed" : "";
    if (watch.place() < 0) return "";
    const bool near = it.at.same_host(world_.places[static_cast<size_t>(watch.place())].at);
    return near ? ", from the party's host" : "";
  }

  /**
   * Until the party is heard: what the only stranger gets that compat gives to others, and what he says. Of several
   * one may take the leg from another.
   */
  std::string count(const Event& event) {
    const uint8_t other = static_cast<uint8_t>(1 - event.leg);
    const Outcome& guarded = played_.guarded[now_];
    const Outcome& compat = played_.compat[now_];
    const bool alone = watches_[other].unheard() && watches_[other].strangers() == 1;
    if (compat.accepted && alone) got_[other] += got(guarded) - got(compat);
    if (world_.strange(event) && watches_[event.leg].unheard() && watches_[event.leg].strangers() == 1) {
      said_[event.leg] += guarded.accepted - compat.accepted;
    }
    if (said_[event.leg] > kSlack) return "a stranger says more than in compat before the party is heard";
    return got_[other] > kSlack ? "strangers get more than in compat before the party is heard" : "";
  }

  int got(const Outcome& outcome) const {
    return outcome.place >= 0 && world_.places[static_cast<size_t>(outcome.place)].owner == kStranger;
  }

  std::string rtcp(const Event& event) {
    const std::string broken = taken(event, played_.guarded[now_]);
    if (!broken.empty()) return broken;
    const Watch& watch = watches_[event.leg];
    Rtcp& it = rtcp_[event.leg];
    const bool accepted = played_.guarded[now_].accepted;
    if (!watch.holds() || !watch.settled()) return "";
    const Endpoint& home = world_.places[static_cast<size_t>(watch.place())].at;
    if (!holder_[event.leg].empty() && !holder_[event.leg].same_host(home)) return "";
    if (!it.home.same_host(home)) it = {false, 0, 0, home};
    const bool at_home = world_.places[event.place].at.same_host(home);
    if (!world_.strange(event)) {
      if (accepted && at_home) it = {true, event.at_ns, 0, home};
      if (accepted || !at_home) return "";
      return ++it.refused > kStayPackets && watch.sends(event.at_ns) ? "RTCP of RTP's host is not heard" : "";
    }
    const bool pointed = world_.places[event.place].at.same_host(signalled_[event.leg].at);
    if (!accepted || at_home || pointed || !it.heard) return "";
    const int64_t changed_ns = signalled_[event.leg].changed_ns;
    const bool changed = event.at_ns - changed_ns <= kReopenNs || changed_ns >= it.heard_ns;
    const bool silent = event.at_ns - it.heard_ns >= 15 * kSecond && !watch.sends(event.at_ns);
    // RTP of a stranger may have succeeded in the party's silence.
    const bool lost = watch.strangers() > 0 && !watch.sends(event.at_ns);
    return changed || silent || lost ? "" : "RTCP of a stranger is heard beside the party's";
  }

  const World& world_;
  const Played& played_;
  size_t now_ = 0;
  bool complete_[2] = {};
  Signalled signalled_[2];
  Watch watches_[2];
  Rtcp rtcp_[2];
  /** Who has taken the leg last; empty: it is the first comer's. */
  Endpoint holder_[2];
  int said_[2] = {};
  int got_[2] = {};
};

}  // namespace

Failure check_hostile(const World& world, const Played& played) { return Hostile(world, played).check(); }

}  // namespace rtpp::worlds
