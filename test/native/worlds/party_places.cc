#include "worlds/party.h"

namespace rtpp::worlds {

void Party::settle_down() {
  const int count = dice_.pick({1, 1, 2, 2, 2, 3});
  const bool natted = dice_.percent(50);
  for (int i = 0; i < count; ++i) add_spot(natted);
}

/** Where the party goes next: another port of a host it has, a neighbour, or anywhere. */
Endpoint Party::new_host() {
  const uint8_t number = static_cast<uint8_t>(10 + ++hosts_);
  if (hosts_ > 1 && dice_.percent(40)) {
    return world_->places[spots_[dice_.below(static_cast<uint32_t>(spots_.size()))].rtp].at;
  }
  if (hosts_ == 1 || dice_.percent(25)) return leg_ == 0 ? ip(198, 51, 100, number, 0) : ip(203, 0, 113, number, 0);
  return leg_ == 0 ? ip(192, 0, static_cast<uint8_t>(100 + number), 7, 0)
                   : ip(5, 6, static_cast<uint8_t>(100 + number), 7, 0);
}

void Party::add_spot(bool natted) {
  const Endpoint host = new_host();
  const uint16_t port = static_cast<uint16_t>(4000 + 100 * ++ports_);
  const Owner owner = static_cast<Owner>(leg_);
  Endpoint rtcp = with_port(host, static_cast<uint16_t>(port + 1));
  if (dice_.percent(natted ? 50 : 10)) rtcp.port = static_cast<uint16_t>(port + 51);
  if (dice_.percent(4)) rtcp = leg_ == 0 ? ip(192, 0, 99, ++hosts_, port) : ip(5, 6, 99, ++hosts_, port);
  Spot spot;
  spot.rtp = world_->add_place(with_port(host, port), owner, false, !natted);
  spot.rtcp = world_->add_place(rtcp, owner, true, !natted);
  spots_.push_back(spot);
}

uint16_t Party::nobody(const Endpoint& at) { return world_->add_place(at, kNobody, false, false); }

/** Mostly nobody's as far as the relay sees; sometimes both are in one LAN. */
uint16_t Party::private_place() {
  const uint16_t port = static_cast<uint16_t>(4000 + 100 * ++ports_);
  const uint8_t number = static_cast<uint8_t>(10 + ++hosts_);
  const Endpoint at = leg_ == 0 ? ip(192, 168, 1, number, port) : ip(10, 0, 7, number, port);
  if (!dice_.percent(15)) return nobody(at);
  return world_->add_place(at, static_cast<Owner>(leg_), false, true);
}

/** The host is right, as a proxy sees it; the port is that of before the NAT. */
uint16_t Party::wrong_port(const Spot& spot) {
  return nobody(with_port(world_->places[spot.rtp].at, static_cast<uint16_t>(14000 + 100 * ++ports_)));
}

/** A public address that media does not come from: of signalling only, or of one who only listens there. */
uint16_t Party::other_place() {
  const uint16_t port = static_cast<uint16_t>(4000 + 100 * ++ports_);
  const uint8_t number = static_cast<uint8_t>(10 + ++hosts_);
  const Endpoint at = leg_ == 0 ? ip(192, 0, 50, number, port) : ip(5, 6, 50, number, port);
  if (!dice_.percent(15)) return nobody(at);
  return world_->add_place(at, static_cast<Owner>(leg_), false, true);
}

uint16_t Party::first_signal() {
  switch (dice_.below(10)) {
    case 0:
      return other_place();
    case 1:
    case 2:
      return wrong_port(spots_[0]);
    case 3:
    case 4:
    case 5:
      return private_place();
    default:
      return spots_[0].rtp;
  }
}

uint16_t Party::next_signal() {
  const Spot& spot = spots_[dice_.below(static_cast<uint32_t>(spots_.size()))];
  switch (dice_.below(10)) {
    case 0:
    case 1:
    case 2:
      return spot.rtp;
    case 3:
      return private_place();
    case 4:
      return other_place();
    case 5:
      return wrong_port(spot);
    default:
      return signalled_ == kRepeat ? spot.rtp : signalled_;
  }
}

void Party::signal(int64_t at_ns, uint16_t place) {
  signalled_ = place;
  Event event;
  event.at_ns = at_ns;
  event.act = Act::kSignal;
  event.leg = leg_;
  event.place = place;
  world_->events.push_back(event);
  if (!dice_.percent(50)) return;
  // The answer: what is known of the other party is said again.
  event.at_ns += dice_.between(1, 300) * kMs;
  event.leg = static_cast<uint8_t>(1 - leg_);
  event.place = kRepeat;
  world_->events.push_back(event);
}

void Party::maybe_signal(int64_t at_ns) {
  if (!dice_.percent(static_cast<uint32_t>(habits_.signal))) return;
  if (dice_.percent(85)) {
    signal(at_ns, next_signal());
    return;
  }
  Event event;
  event.at_ns = at_ns;
  event.act = Act::kHold;
  event.leg = leg_;
  world_->events.push_back(event);
}

void Party::introduce(int64_t at_ns) {
  if (dice_.percent(4)) {
    Event event;
    event.at_ns = at_ns;
    event.act = Act::kHold;
    event.leg = leg_;
    world_->events.push_back(event);
    return;
  }
  signalled_ = first_signal();
  direct_ = signalled_ == spots_[0].rtp;
  Event event;
  event.at_ns = at_ns;
  event.act = Act::kSignal;
  event.leg = leg_;
  event.place = signalled_;
  world_->events.push_back(event);
}

void settle_repeats(World* world) {
  uint16_t last[2] = {kRepeat, kRepeat};
  std::vector<Event> kept;
  kept.reserve(world->events.size());
  for (Event event : world->events) {
    if (event.act == Act::kSignal) {
      if (event.place == kRepeat) event.place = last[event.leg];
      if (event.place == kRepeat) continue;
      last[event.leg] = event.place;
    }
    kept.push_back(event);
  }
  world->events = std::move(kept);
}

}  // namespace rtpp::worlds
