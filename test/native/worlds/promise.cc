#include "worlds/promise.h"

#include "worlds/history.h"
#include "worlds/track.h"

namespace rtpp::worlds {
namespace {

constexpr int64_t kWaitNs = 6 * kSecond;

/** Who was heard on a stream lately, as far as `guarded` has shown. */
struct Shown {
  int place = -1;
  int accepted = 0;
  int64_t since_ns = 0;
  int64_t last_ns = 0;

  void note(const Event& packet, bool taken) {
    if (!taken) return;
    if (place != packet.place) since_ns = packet.at_ns;
    if (place != packet.place || packet.at_ns - last_ns >= kSecond) accepted = 0;
    place = packet.place;
    ++accepted;
    last_ns = packet.at_ns;
  }
};

class Honest {
 public:
  Honest(const World& world, const Played& played) : world_(world), played_(played), history_(world, played.guarded) {}

  Failure check() {
    for (now_ = 0; now_ < world_.events.size(); ++now_) {
      const Event& event = world_.events[now_];
      for (const Taking& it : played_.guarded[now_].takings) {
        if (!(it.by == signalled_[it.leg].at)) elsewhere_[it.leg] = true;
      }
      if (event.act != Act::kPacket) command(event);
      if (!complete_[0] || !complete_[1]) from_ = now_ + 1;
      if (event.act != Act::kPacket || !complete_[0] || !complete_[1]) continue;
      const bool moved = tracks_[event.leg][event.rtcp].hear(world_, event, signalled_[event.leg], now_);
      // RTCP comes from where RTP does: when that moves, all begins anew.
      if (moved && !event.rtcp) tracks_[event.leg][1].unsettle();
      const std::string kind = judge(event);
      const bool excused = !kind.empty() && (has_to_wait(event) || obeys(event) || rtcp_has_to_wait(event));
      if (!kind.empty() && !excused) return {kind + stream_of(event), now_};
      const bool heard = played_.guarded[now_].accepted;
      shown_[event.leg][event.rtcp].note(event, heard);
      if (heard && !(world_.places[event.place].at == signalled_[event.leg].at)) elsewhere_[event.leg] = true;
      count_last(event);
    }
    return lost_for_good();
  }

 private:
  void command(const Event& event) {
    if (event.act == Act::kSignal) {
      signalled_[event.leg].hear(world_.places[event.place].at, event.at_ns);
      ++signals_[event.leg];
    }
    if (event.act == Act::kDie) tracks_[event.leg][world_.places[event.place].rtcp].die(event.place);
    if (event.act == Act::kSignal || event.act == Act::kHold) complete_[event.leg] = true;
  }

  std::string judge(const Event& event) {
    const Outcome& guarded = played_.guarded[now_];
    if (!played_.compat[now_].delivered || guarded.delivered) return "";
    return guarded.accepted ? judge_receiver(event) : judge_sender(event);
  }

  /**
   * Promise 2 lets a source of another host, that does not go on from the one before, have the leg only after 2 s of
   * silence, or 5 s when it was heard beside that one, unless a U or L came: what is missing until then is not
   * promised.
   */
  bool has_to_wait(const Event& event) const {
    const uint8_t leg = leg_of(event);
    const Source* it = tracks_[leg][0].current();
    if (it == nullptr) return false;
    if (it->nears >= 2 && history_.goes_on_from_heard(it->event, 6 * kSecond)) return false;
    if (told(leg, *it)) return false;
    const int64_t silence_ns = (it->beside ? 5 : 2) * kSecond;
    // And then with five packets.
    const int64_t since_ns = it->own <= kStayPackets ? 0 : it->own_ns - silence_ns;
    return heard_elsewhere(world_, it->event, since_ns, it->beside);
  }

  /** A U or L, not the first one, speaks for whoever sends in the 10 s after it. */
  bool told(uint8_t leg, const Source& it) const {
    const int64_t last_ns = signalled_[leg].last_ns;
    return signals_[leg] > 1 && it.stay_ns - last_ns <= kReopenNs && it.last_ns - last_ns <= kReopenNs;
  }

  /** Media goes where signalling says as long as the party was not heard elsewhere. */
  bool obeys(const Event& event) const {
    const Outcome& guarded = played_.guarded[now_];
    const uint8_t leg = leg_of(event);
    const Source* it = tracks_[leg][0].current();
    const Signalled& signalled = signalled_[leg];
    return it != nullptr && guarded.accepted && guarded.to.same_host(signalled.at) &&
           signalled.changed_ns > it->last_ns;
  }

  /**
   * RTCP is that of the host which RTP is heard from. From another host it needs two packets with a pause, and nobody
   * else in between, least of all from RTP's host. When RTP moves, RTCP has to be heard anew.
   */
  bool rtcp_has_to_wait(const Event& event) const {
    if (!event.rtcp) return false;
    const uint8_t leg = leg_of(event);
    const Source* rtcp = tracks_[leg][1].current();
    const int rtp = shown_[leg][0].place;
    if (history_.hosts(leg, false, now_) > 1) return true;
    if (rtcp == nullptr || rtp < 0) return true;
    const Source* voice = tracks_[leg][0].current();
    if (voice != nullptr && voice->place != rtp) return true;
    if (rtcp->stay == 0 || shown_[leg][0].since_ns >= rtcp->stay_ns) return true;
    const Endpoint& home = world_.places[static_cast<size_t>(rtp)].at;
    // Of two ports of RTP's host both are heard, and the one that was there first has RTCP.
    if (world_.places[rtcp->place].at.same_host(home))
      return played_.guarded[now_].accepted && history_.rtcp_ports(leg, now_) > 1;
    return history_.hosts(leg, true, now_) > 1 || !rtcp->apart || rtcp->stay <= kStayPackets;
  }

  /** A single packet from elsewhere does not speak against this place. */
  bool stays_with(uint8_t leg, int place) const {
    if (place < 0) return false;
    const bool signalled = world_.places[static_cast<size_t>(place)].at.same_host(signalled_[leg].at);
    return history_.packets_from(place, now_) >= (signalled ? 1 : 2);
  }

  /** The leg whose party misses something: that of the sender when the packet was refused. */
  uint8_t leg_of(const Event& event) const {
    return played_.guarded[now_].accepted ? static_cast<uint8_t>(1 - event.leg) : event.leg;
  }

  /** RTCP failures are told apart by whether RTP is on the same host. */
  const char* stream_of(const Event& event) const {
    if (!event.rtcp) return "";
    const int leg = played_.guarded[now_].accepted ? 1 - event.leg : event.leg;
    const Source* rtp = tracks_[leg][0].current();
    const Source* rtcp = tracks_[leg][1].current();
    if (rtp == nullptr || rtcp == nullptr) return ", RTCP without the other stream";
    const bool same = world_.places[rtp->place].at.same_host(world_.places[rtcp->place].at);
    return same ? ", RTCP of RTP's host" : ", RTCP of another host";
  }

  /** The packet was refused. */
  std::string judge_sender(const Event& event) {
    Source* it = tracks_[event.leg][event.rtcp].current();
    const bool exempt = contested(world_, from_, event.leg, event.rtcp, event.place, event.at_ns, now_);
    if (!exempt) ++it->lost;
    if (it->lost <= kStayPackets && !it->pointed) return "";
    if (found_and_sending(event)) return "the one that was found does not stay";
    if (exempt || history_.unrelated(now_)) return "";
    if (it->pointed) return "the awaited one is not heard at once";
    if (it->stay <= kStayPackets || event.at_ns - it->stay_ns <= kStayNs) return "";
    if (it->alone) return "a sixth packet is not heard";
    return it->own > kStayPackets ? "a sixth packet of one of two paths is not heard" : "";
  }

  /**
   * Of two sources that have nothing to do with each other the found one stays, unless signalling speaks for the
   * other one. The stricter reading: the exemption is not for him.
   */
  bool found_and_sending(const Event& event) const {
    const Shown& shown = shown_[event.leg][event.rtcp];
    const Signalled& signalled = signalled_[event.leg];
    if (shown.place != event.place || shown.accepted < kStayPackets) return false;
    if (event.at_ns - shown.last_ns >= kContestNs || event.at_ns - signalled.changed_ns <= kReopenNs) return false;
    for (size_t i = now_; i-- > 0 && world_.events[i].at_ns >= shown.last_ns;) {
      const Event& other = world_.events[i];
      if (other.act != Act::kPacket || other.leg != event.leg || other.place == event.place) continue;
      if (world_.places[other.place].at.same_host(signalled.at)) return false;
    }
    return true;
  }

  /** The packet went to where the other party is not. */
  const char* judge_receiver(const Event& event) const {
    const uint8_t leg = static_cast<uint8_t>(1 - event.leg);
    if (contested(world_, from_, leg, event.rtcp, -1, event.at_ns, now_)) return "";
    const Source* it = tracks_[leg][event.rtcp].current();
    // Its last packet was not exempt any more, or a second has passed: only then something can be decided.
    if (it != nullptr && it->stay > 0 && event.at_ns - it->last_ns < kLoneNs &&
        contested(world_, from_, leg, event.rtcp, it->place, it->last_ns, it->event)) {
      return "";
    }
    const char* kind = judge_stay(event, leg, event.rtcp);
    // RTCP goes where RTP is: until that was found, it is missing too.
    if (*kind == 0 || !event.rtcp || tracks_[leg][0].current() == nullptr) return kind;
    if (contested(world_, from_, leg, false, -1, event.at_ns, now_)) return "";
    return *judge_stay(event, leg, false) == 0 ? "" : kind;
  }

  /** Why the party of this leg, having sent what it has, should have got the packet. */
  const char* judge_stay(const Event& event, uint8_t leg, bool rtcp) const {
    const Source* it = tracks_[leg][rtcp].current();
    if (it == nullptr) return "not sent to one who was not heard yet";
    if (it->dead) return awaited(leg, *it) && !elsewhere_[leg] ? "not sent to the signalled place of one who left" : "";
    if (it->stay == 0) return "";
    const bool moved = it->moved || history_.heard_from_others(leg, it->place, now_) >= 2;
    if (it->pointed) return it->stay == 1 && moved ? "" : "not sent to the awaited one";
    // Of two paths of one stream media stays with the one as long as it is heard. "5 packets (100 ms of speech)" read
    // as: both of them.
    if (it->own >= kStayPackets && event.at_ns - it->own_ns >= kStayNs) return "not sent to one who sent five packets";
    // A single packet does not move a party that was found, nor do a few when signalling says nothing.
    const bool spoken_for = told(leg, *it);
    if (moved && (it->stay == 1 || (!spoken_for && it->nears < 2))) return "";
    // Nor one of two unproven sources that have sent one packet each, unless signalling speaks for it alone.
    if (it->stay == 1 && (!spoken_for || stays_with(leg, played_.guarded[now_].place))) return "";
    // Nor can it be told from a stranger's when it came just after one that it does not go on from.
    if (it->stay == 1 && contested(world_, from_, leg, rtcp, it->place, it->last_ns, it->event)) return "";
    if (!it->alone) return "";
    if (it->stay >= 2 && it->last_ns - it->stay_ns >= kRareNs) return "not sent to one who sent two rare packets";
    // The stricter reading: from the first packet on, also when there were two to four of them.
    if (event.at_ns - it->stay_ns < kLoneNs) return "";
    return it->stay == 1 ? "not sent to one who sent a lone packet" : "not sent to one who sent two to four packets";
  }

  /** The stricter reading: who left for the place that was just signalled, and gets packets there, needs no excuse. */
  bool awaited(uint8_t leg, const Source& left) const {
    const Signalled& signalled = signalled_[leg];
    if (signalled.changed_ns < left.last_ns) return false;
    const int place = world_.find_place(signalled.at);
    return place >= 0 && world_.places[static_cast<size_t>(place)].owner == leg;
  }

  /** The last second: whether a direction is lost that should not be. */
  void count_last(const Event& event) {
    if (world_.events.back().at_ns - event.at_ns > kSecond || rtcp_has_to_wait(event) || obeys(event)) return;
    Last& last = last_[event.leg][event.rtcp];
    last.compat += played_.compat[now_].delivered;
    last.guarded += played_.guarded[now_].delivered;
    const Source* to = tracks_[1 - event.leg][event.rtcp].current();
    const Source* from = tracks_[event.leg][event.rtcp].current();
    // Longer than promise 2 lets anybody wait.
    const bool sends = from->own > kStayPackets && event.at_ns - from->own_ns > kWaitNs;
    const bool hears = to != nullptr && !to->dead && to->own > kStayPackets && event.at_ns - to->own_ns > kWaitNs;
    if (played_.compat[now_].delivered && sends && hears) last.event = now_, last.long_enough = true;
  }

  Failure lost_for_good() const {
    for (const auto& leg : last_) {
      for (const Last& last : leg) {
        if (last.long_enough && last.compat > 0 && last.guarded == 0) return {"lost for good", last.event};
      }
    }
    return {};
  }

  struct Last {
    int compat = 0;
    int guarded = 0;
    bool long_enough = false;
    size_t event = 0;
  };

  const World& world_;
  const Played& played_;
  const History history_;
  size_t now_ = 0;
  /** Nothing is heard before the other leg is there as well. */
  bool complete_[2] = {};
  size_t from_ = 0;
  Signalled signalled_[2];
  int signals_[2] = {};
  /** The party was heard from elsewhere than signalled: U and L alone do not move media any more. */
  bool elsewhere_[2] = {};
  /** By leg, and whether it is RTCP. */
  Track tracks_[2][2];
  Shown shown_[2][2];
  Last last_[2][2];
};

}  // namespace

Failure check_honest(const World& world, const Played& played) {
  if (world.events.empty()) return {};
  return Honest(world, played).check();
}

}  // namespace rtpp::worlds
