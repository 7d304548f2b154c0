#include "worlds/party.h"

#include <algorithm>

namespace rtpp::worlds {

Party::Party(World* world, Dice* dice, uint8_t leg, const Habits& habits)
    : world_(world), dice_(*dice), leg_(leg), habits_(habits), left_(habits.packets) {
  settle_down();
  ptime_ns_ = dice_.pick({10, 20, 20, 20, 20, 30, 40, 60}) * kMs;
  jitter_ns_ = dice_.pick({0, 0, 2, 5, 15, 45}) * kMs;
  loss_ = dice_.pick({0, 0, 0, 1, 5, 20});
  twice_ = dice_.pick({0, 0, 0, 0, 2, 10});
  if (dice_.percent(60)) rtcp_every_ns_ = dice_.pick({200, 500, 1000, 2000, 5000}) * kMs;
  new_voice(&voice_);
}

void Party::live(int64_t now_ns, int64_t duration_ns) {
  now_ns_ = now_ns;
  rtcp_due_ns_ = now_ns + (rtcp_every_ns_ == 0 ? 0 : dice_.between(0, rtcp_every_ns_));
  const int64_t end_ns = now_ns + duration_ns;
  while (now_ns_ < end_ns && left_ > 0) segment();
}

void Party::segment() {
  if (spots_.size() > 1 && dice_.percent(static_cast<uint32_t>(habits_.move))) move();
  maybe_signal(now_ns_ + dice_.between(-50, 200) * kMs);
  media();
  if (dice_.percent(static_cast<uint32_t>(habits_.silence))) pause();
}

/** From now on media comes from elsewhere. */
void Party::move() {
  const uint16_t left = here().rtp;
  const uint16_t left_rtcp = here().rtcp;
  here_ = (here_ + 1 + dice_.below(static_cast<uint32_t>(spots_.size() - 1))) % spots_.size();
  if (dice_.percent(50)) {
    for (const uint16_t place : {left, left_rtcp}) {
      Event event;
      event.at_ns = now_ns_;
      if (place < arrival_ns_.size()) event.at_ns = std::max(event.at_ns, arrival_ns_[place] + 1);
      event.act = Act::kDie;
      event.leg = leg_;
      event.place = place;
      world_->events.push_back(event);
    }
  }
  if (dice_.percent(40)) {
    const uint16_t place = dice_.percent(60) ? here().rtp : next_signal();
    signal(now_ns_ + dice_.between(-300, 300) * kMs, place);
  }
  if (dice_.percent(40)) pause();
  if (dice_.percent(50)) new_voice(&voice_);
}

void Party::media() {
  if (!dice_.percent(static_cast<uint32_t>(habits_.odd_media))) return talk(static_cast<int>(dice_.between(5, 60)));
  if (dice_.percent(static_cast<uint32_t>(habits_.two_sources))) return two_sources();
  switch (dice_.below(6)) {
    case 0:
    case 1:
      return few();
    case 2:
      return rare();
    case 3:
      return no_rtp();
    case 4:
      return two_paths();
    default:
      return two_voices();
  }
}

/** Speech, perhaps with pauses in which nothing is sent. */
void Party::talk(int packets) {
  const bool pauses = dice_.percent(20);
  if (dice_.percent(15)) new_voice(&voice_);
  for (int i = 0; i < packets; ++i) {
    send(here(), &voice_);
    advance(ptime_ns_);
    if (pauses && dice_.percent(8)) advance(dice_.between(60, 1500) * kMs);
  }
}

/** One to four packets, and then nothing for a while. */
void Party::few() {
  const int64_t packets = dice_.between(1, 4);
  for (int64_t i = 0; i < packets; ++i) {
    if (dice_.percent(85)) {
      send(here(), &voice_);
    } else {
      send_other(here());
    }
    advance(ptime_ns_);
  }
  advance(dice_.between(100, 12'000) * kMs);
}

/** Comfort noise, keep-alives. */
void Party::rare() {
  const int64_t packets = dice_.between(2, 6);
  const int64_t every_ns = dice_.pick({200, 250, 400, 1000, 1100, 3000, 5500, 15'000}) * kMs;
  const bool other = dice_.percent(30);
  for (int64_t i = 0; i < packets; ++i) {
    if (other) {
      send_other(here());
    } else {
      send(here(), &voice_);
    }
    advance(every_ns + dice_.between(0, 20) * kMs);
  }
}

/** DTLS, T.38. */
void Party::no_rtp() {
  const int64_t packets = dice_.between(1, 20);
  const int64_t every_ns = dice_.pick({10, 20, 50, 250, 1000, 2000}) * kMs;
  for (int64_t i = 0; i < packets; ++i) {
    send_other(here());
    advance(every_ns);
  }
}

/** Packets of one stream go two ways. */
void Party::two_paths() {
  const Spot& other = other_spot();
  const int64_t packets = dice_.between(6, 50);
  const uint32_t share = static_cast<uint32_t>(dice_.pick({3, 20, 50}));
  const bool turns = dice_.percent(30);
  for (int64_t i = 0; i < packets; ++i) {
    const bool there = turns ? i % 2 == 1 : dice_.percent(share);
    send(there ? other : here(), &voice_);
    advance(ptime_ns_);
  }
}

/** Two streams from one place: voice and DTMF, audio and video. */
void Party::two_voices() {
  Voice second;
  new_voice(&second);
  const int64_t packets = dice_.between(6, 50);
  const uint32_t share = static_cast<uint32_t>(dice_.pick({10, 30, 50}));
  for (int64_t i = 0; i < packets; ++i) {
    send(here(), dice_.percent(share) ? &second : &voice_);
    advance(ptime_ns_);
  }
}

/** A phone and the announcement of a server, say: they do not know of each other. */
void Party::two_sources() {
  const Spot& other = other_spot();
  Voice second;
  new_voice(&second);
  const int64_t packets = dice_.between(6, 40);
  const uint32_t share = static_cast<uint32_t>(dice_.pick({10, 50, 90}));
  for (int64_t i = 0; i < packets; ++i) {
    if (dice_.percent(share)) send(other, &second);
    send(here(), &voice_);
    advance(ptime_ns_);
  }
}

void Party::pause() {
  switch (dice_.below(4)) {
    case 0:
      return advance(dice_.between(20, 190) * kMs);
    case 1:
      return advance(dice_.between(200, 1000) * kMs);
    case 2:
      return advance(dice_.between(1000, 4000) * kMs);
    default:
      return advance(dice_.between(2000, 20'000) * kMs);
  }
}

/** Time goes on, and RTCP with it. */
void Party::advance(int64_t by_ns) {
  now_ns_ += by_ns;
  if (rtcp_every_ns_ == 0) return;
  for (int sent = 0; rtcp_due_ns_ <= now_ns_ && sent < 4; ++sent) {
    Event event;
    event.at_ns = rtcp_due_ns_;
    event.leg = leg_;
    event.rtcp = true;
    event.place = here().rtcp;
    emit(event);
    rtcp_due_ns_ += rtcp_every_ns_;
  }
  rtcp_due_ns_ = std::max(rtcp_due_ns_, now_ns_);
}

void Party::send(const Spot& spot, Voice* voice) {
  Event event;
  event.at_ns = now_ns_;
  event.leg = leg_;
  event.rtp = true;
  event.place = spot.rtp;
  event.ssrc = voice->ssrc;
  event.seq = voice->seq;
  voice->seq = static_cast<uint16_t>(voice->seq + voice->step);
  emit(event);
}

void Party::send_other(const Spot& spot) {
  Event event;
  event.at_ns = now_ns_;
  event.leg = leg_;
  event.place = spot.rtp;
  emit(event);
}

/** The way to us: delays, losses, repetitions. */
void Party::emit(Event event) {
  --left_;
  if (dice_.percent(static_cast<uint32_t>(loss_))) return;
  const int copies = dice_.percent(static_cast<uint32_t>(twice_)) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    Event copy = event;
    if (jitter_ns_ > 0) copy.at_ns += dice_.between(0, jitter_ns_);
    if (arrival_ns_.size() <= copy.place) arrival_ns_.resize(copy.place + size_t{1});
    arrival_ns_[copy.place] = std::max(arrival_ns_[copy.place], copy.at_ns);
    world_->events.push_back(copy);
  }
}

void Party::new_voice(Voice* voice) {
  if (voice->ssrc == 0 || dice_.percent(70)) voice->ssrc = 1 + dice_.below(1'000'000) * 2 + leg_;
  // Never between "near" and "far", where it is a matter of taste.
  voice->seq = static_cast<uint16_t>(voice->seq + 3000 + dice_.below(59'000));
  voice->step = 1;
  if (dice_.percent(static_cast<uint32_t>(habits_.odd_seq))) voice->step = dice_.pick({0, -1, 7, 4000});
}

const Spot& Party::other_spot() {
  const size_t count = spots_.size();
  return spots_[(here_ + (count > 1 ? 1 + dice_.below(static_cast<uint32_t>(count - 1)) : 0)) % count];
}

}  // namespace rtpp::worlds
