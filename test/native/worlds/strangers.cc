#include "worlds/strangers.h"

namespace rtpp::worlds {

Strangers::Strangers(World* world, Dice* dice, uint8_t leg) : world_(world), dice_(*dice), leg_(leg) {
  for (const Event& event : world->events) {
    if (event.leg != leg) continue;
    if (event.act == Act::kSignal) signals_.push_back(event);
    if (event.act == Act::kPacket && !event.rtcp) packets_.push_back(event);
  }
}

void Strangers::add() {
  now_ns_ = start();
  choose_stream();
  switch (dice_.below(12)) {
    case 0:
    case 1:
    case 2:
      return flood();
    case 3:
      return many_ports();
    case 4:
      return spray();
    case 5:
      return singles();
    case 6:
      return rare();
    case 7:
      return spoof();
    case 8:
      return bursts();
    case 9:
      return turns();
    case 10:
      return spoofed_bursts();
    default:
      return rtcp();
  }
}

void Strangers::add_weak() {
  now_ns_ = start();
  choose_stream();
  switch (dice_.below(3)) {
    case 0:
      return spray();
    case 1:
      return singles();
    default:
      return spoof();
  }
}

/** Before the party, beside it, when it falls silent, or at a U or L. */
int64_t Strangers::start() {
  if (packets_.empty() || dice_.percent(25)) return kStart + dice_.between(0, 1000) * kMs;
  const uint32_t some = dice_.below(static_cast<uint32_t>(packets_.size()));
  switch (dice_.below(3)) {
    case 0:
      break;
    case 1:
      // The next silence, if there is one.
      for (size_t i = some + size_t{1}; i < packets_.size(); ++i) {
        const int64_t gap_ns = packets_[i].at_ns - packets_[i - 1].at_ns;
        if (gap_ns > 150 * kMs) return packets_[i - 1].at_ns + dice_.between(0, 400) * kMs;
      }
      break;
    default:
      if (!signals_.empty()) {
        const Event& signal = signals_[dice_.below(static_cast<uint32_t>(signals_.size()))];
        return signal.at_ns + dice_.between(-100, 500) * kMs;
      }
  }
  return packets_[some].at_ns + dice_.between(0, 50) * kMs;
}

/** Mostly far away; sometimes near the party, or behind its NAT. */
Endpoint Strangers::host() {
  ++hosts_;
  const uint32_t some = packets_.empty() ? 0 : dice_.below(static_cast<uint32_t>(packets_.size()));
  if (!packets_.empty() && dice_.percent(20)) {
    Endpoint near = world_->places[packets_[some].place].at;
    if (!dice_.percent(30)) near.ip[3] = static_cast<uint8_t>(200 + hosts_);
    return near;
  }
  if (!signals_.empty() && dice_.percent(4)) return world_->places[signals_[0].place].at;
  return ip(66, leg_, hosts_, 6, 0);
}

uint16_t Strangers::place(const Endpoint& host, bool rtcp) {
  const uint16_t port = static_cast<uint16_t>(30'000 + 2 * ++ports_ + (rtcp ? 1 : 0));
  return world_->add_place(with_port(host, port), kStranger, rtcp, true);
}

/** His stream: of his own, with the SSRC of the party, or no RTP. */
void Strangers::choose_stream() {
  rtp_ = !dice_.percent(15);
  guesses_ = rtp_ && !packets_.empty() && dice_.percent(25);
  ssrc_ = 3'000'000 + dice_.below(1'000'000);
  seq_ = static_cast<uint16_t>(dice_.below(65'536));
  if (!guesses_) return;
  const Event& heard = packets_[dice_.below(static_cast<uint32_t>(packets_.size()))];
  if (heard.rtp) ssrc_ = heard.ssrc;
}

void Strangers::flood() {
  const uint16_t from = place(host(), false);
  const int64_t every_ns = dice_.pick({1, 5, 10, 20, 20, 20}) * kMs;
  const int64_t packets = dice_.between(3, dice_.percent(20) ? 600 : 120);
  for (int64_t i = 0; i < packets; ++i, now_ns_ += every_ns) send(from);
}

void Strangers::many_ports() {
  const Endpoint at = host();
  uint16_t from[6];
  for (uint16_t& it : from) it = place(at, false);
  const uint32_t count = 2 + dice_.below(5);
  const int64_t every_ns = dice_.pick({1, 5, 20}) * kMs;
  const int64_t packets = dice_.between(6, 120);
  for (int64_t i = 0; i < packets; ++i, now_ns_ += every_ns) send(from[dice_.below(count)]);
}

/** One packet from each of many places. */
void Strangers::spray() {
  const Endpoint at = host();
  const bool hosts = dice_.percent(30);
  const int64_t every_ns = dice_.pick({1, 5, 20, 50}) * kMs;
  const int64_t packets = dice_.between(5, 60);
  for (int64_t i = 0; i < packets; ++i, now_ns_ += every_ns) send(place(hosts ? host() : at, false));
}

void Strangers::singles() {
  const int64_t packets = dice_.between(1, 4);
  for (int64_t i = 0; i < packets; ++i, now_ns_ += dice_.between(1050, 4000) * kMs) send(place(host(), false));
}

void Strangers::rare() {
  const uint16_t from = place(host(), false);
  const int64_t every_ns = dice_.pick({200, 250, 500, 1000, 1100, 3000}) * kMs;
  const int64_t packets = dice_.between(2, 6);
  for (int64_t i = 0; i < packets; ++i, now_ns_ += every_ns) send(from);
}

/** He scans: a few packets each time he comes by. */
void Strangers::bursts() {
  const uint16_t from = place(host(), false);
  const int64_t packets = dice_.between(1, 6);
  const int64_t every_ns = dice_.pick({300, 1000, 1950, 2100, 3000, 6000}) * kMs;
  for (int64_t i = dice_.between(2, 8); i > 0; --i, now_ns_ += every_ns) burst(from, packets);
}

/** Several, each when the one before is silent. */
void Strangers::turns() {
  const int64_t packets = dice_.between(2, 7);
  const int64_t every_ns = dice_.pick({200, 500, 1100, 2050, 2100, 2500}) * kMs;
  for (int64_t i = dice_.between(3, 8); i > 0; --i, now_ns_ += every_ns) burst(place(host(), false), packets);
}

void Strangers::burst(uint16_t from, int64_t packets) {
  for (int64_t i = 0; i < packets; ++i, now_ns_ += 20 * kMs) send(from);
}

/** What was signalled last, -1 when that is where the party really is. */
int Strangers::signalled_in_vain() const {
  int at = -1;
  for (const Event& signal : signals_) {
    if (signal.at_ns <= now_ns_) at = signal.place;
  }
  return at < 0 || world_->places[static_cast<size_t>(at)].owner != kNobody ? -1 : at;
}

void Strangers::spoof() {
  const int64_t packets = dice_.between(1, 4);
  for (int64_t i = 0; i < packets; ++i, now_ns_ += dice_.between(1050, 4000) * kMs) send_spoofed();
}

void Strangers::spoofed_bursts() {
  const int64_t packets = dice_.between(2, 5);
  const int64_t every_ns = dice_.pick({100, 300, 1000, 3000}) * kMs;
  for (int64_t i = dice_.between(1, 5); i > 0; --i, now_ns_ += every_ns) {
    for (int64_t k = 0; k < packets; ++k, now_ns_ += 20 * kMs) send_spoofed();
  }
}

void Strangers::send_spoofed() {
  const int at = signalled_in_vain();
  if (at < 0) return;
  send(static_cast<uint16_t>(at));
  world_->events.back().spoofed = true;
}

void Strangers::rtcp() {
  const uint16_t from = place(host(), true);
  const int64_t every_ns = dice_.pick({5, 20, 200, 1000, 5000}) * kMs;
  const int64_t packets = dice_.between(1, 30);
  for (int64_t i = 0; i < packets; ++i, now_ns_ += every_ns) send_rtcp(from);
}

void Strangers::send(uint16_t place) {
  Event event;
  event.at_ns = now_ns_;
  event.leg = leg_;
  event.rtp = rtp_;
  event.place = place;
  event.ssrc = ssrc_;
  event.seq = seq_;
  seq_ = guesses_ ? static_cast<uint16_t>(dice_.below(65'536)) : static_cast<uint16_t>(seq_ + 1);
  world_->events.push_back(event);
}

void Strangers::send_rtcp(uint16_t place) {
  Event event;
  event.at_ns = now_ns_;
  event.leg = leg_;
  event.rtcp = true;
  event.place = place;
  world_->events.push_back(event);
}

}  // namespace rtpp::worlds
