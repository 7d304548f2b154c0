#include "worlds/play.h"

namespace rtpp::worlds {
namespace {

struct Stream {
  LatchState latch;
  /** The place at `known`, looked up once. */
  Endpoint known;
  int place = -1;
};

struct Leg {
  Stream rtp;
  Stream rtcp;
  LatchCandidates candidates;
  uint32_t ssrc = 0;
  bool heard = false;
  bool signalled = false;
};

/** What the relay and the operation SetPeer do to a session, as far as latching is concerned. */
class Call {
 public:
  Call(const World& world, Mode mode) : world_(world), live_(world.places.size()) {
    for (size_t i = 0; i < live_.size(); ++i) live_[i] = world.places[i].live;
    for (Leg& leg : legs_) {
      leg.rtcp.latch.rtcp = true;
      if (mode == Mode::kCompat) continue;
      latch_guard(&leg.rtp.latch, &leg.candidates);
      latch_guard(&leg.rtcp.latch, nullptr);
    }
  }

  Outcome step(const Event& event) {
    takings_.clear();
    Outcome outcome = act(event);
    outcome.takings = takings_;
    return outcome;
  }

 private:
  Outcome act(const Event& event) {
    for (Leg& leg : legs_) tick(&leg, event.at_ns);
    switch (event.act) {
      case Act::kSignal:
        signal(event);
        break;
      case Act::kHold:
        hold(&legs_[event.leg], event.at_ns);
        break;
      case Act::kDie:
        live_[event.place] = false;
        break;
      case Act::kPacket:
        if (!event.spoofed) live_[event.place] = true;
        return packet(event);
    }
    return {};
  }

  /** A worker looks at each session once a second. */
  void tick(Leg* leg, int64_t now_ns) {
    LatchState& latch = leg->rtp.latch;
    for (int i = 0; i < 3 && latch.guarded && latch.guard.review_ns < now_ns - kSecond; ++i) {
      review(leg, latch.guard.review_ns + kSecond);
    }
  }

  void signal(const Event& event) {
    Leg& leg = legs_[event.leg];
    leg.signalled = true;
    for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
      Endpoint peer = world_.places[event.place].at;
      if (stream == &leg.rtcp) ++peer.port;
      latch_signal(&stream->latch, peer, event.at_ns);
      latch_set_asymmetric(&stream->latch, false, event.at_ns);
    }
  }

  static void hold(Leg* leg, int64_t now_ns) {
    leg->signalled = true;
    for (Stream* stream : {&leg->rtp, &leg->rtcp}) {
      latch_hold(&stream->latch);
      latch_set_asymmetric(&stream->latch, false, now_ns);
    }
  }

  Outcome packet(const Event& event) {
    Outcome outcome;
    if (!legs_[0].signalled || !legs_[1].signalled) return outcome;
    outcome.accepted = accept(event);
    if (outcome.accepted) forward(event, &outcome);
    return outcome;
  }

  bool accept(const Event& event) {
    Leg& leg = legs_[event.leg];
    review(&leg, event.at_ns);
    const Endpoint& source = world_.places[event.place].at;
    LatchNotes notes;
    if (event.rtcp) return latch_rtcp_packet(&leg.rtcp.latch, leg.rtp.latch, source, event.at_ns, &notes);
    RtpView view{};
    view.ssrc = event.ssrc;
    view.seq = event.seq;
    if (!latch_packet(&leg.rtp.latch, source, event.rtp ? &view : nullptr, event.at_ns, &notes)) return false;
    note(&leg, event.at_ns, notes);
    if (notes.rtcp_follows) latch_follow_rtp(&leg.rtcp.latch, leg.rtp.latch);
    if (event.rtp) analyse(&leg, view, event.at_ns);
    return true;
  }

  /** The part of the analyzer that matters: another SSRC. */
  static void analyse(Leg* leg, const RtpView& view, int64_t now_ns) {
    const bool changed = leg->heard && leg->ssrc != view.ssrc;
    leg->heard = true;
    leg->ssrc = view.ssrc;
    if (changed) latch_ssrc_changed(&leg->rtp.latch, view, now_ns);
  }

  void forward(const Event& event, Outcome* outcome) {
    Leg& other = legs_[1 - event.leg];
    Stream* exit = event.rtcp ? &other.rtcp : &other.rtp;
    review(&other, event.at_ns);
    outcome->to = exit->latch.remote;
    if (outcome->to.empty()) return;
    if (!(exit->known == outcome->to)) {
      exit->known = outcome->to;
      exit->place = world_.find_place(outcome->to);
    }
    outcome->place = static_cast<int16_t>(exit->place);
    if (exit->place < 0) return;
    const size_t place = static_cast<size_t>(exit->place);
    outcome->delivered = live_[place] && world_.places[place].owner == 1 - event.leg;
  }

  void review(Leg* leg, int64_t now_ns) {
    if (!latch_review_due(leg->rtp.latch, now_ns)) return;
    LatchNotes notes;
    const bool moved = latch_review(&leg->rtp.latch, now_ns, &notes);
    note(leg, now_ns, notes);
    if (!moved || !notes.rtcp_follows) return;
    latch_follow_rtp(&leg->rtcp.latch, leg->rtp.latch);
  }

  void note(const Leg* leg, int64_t now_ns, const LatchNotes& notes) {
    if (!notes.taken) return;
    const GuardedLatch& guard = leg->rtp.latch.guard;
    takings_.push_back({kLatchRules[notes.rule].name, static_cast<uint8_t>(leg - legs_), now_ns, guard.found,
                        notes.evidence_packets, guard.holder});
  }

  const World& world_;
  std::vector<bool> live_;
  Leg legs_[2];
  std::vector<Taking> takings_;
};

}  // namespace

void play(const World& world, Mode mode, Outcomes* outcomes) {
  outcomes->clear();
  Call call(world, mode);
  for (const Event& event : world.events) outcomes->push_back(call.step(event));
}

std::string show(const World& world, const Outcome& outcome) {
  std::string text;
  if (!outcome.accepted) {
    text = "refused";
  } else if (outcome.to.empty()) {
    text = "heard";
  } else {
    text = (outcome.delivered ? "-> " : "lost -> ");
    text += outcome.place < 0 ? show(outcome.to) : name_of(world, outcome.place);
  }
  for (const Taking& it : outcome.takings) {
    text +=
        "; " + std::string(1, "AB"[it.leg]) + " taken by " + name_of(world, world.find_place(it.by)) + ": " + it.rule;
  }
  return text;
}

}  // namespace rtpp::worlds
