#include "worlds/track.h"

#include <algorithm>

namespace rtpp::worlds {
namespace {

/** The packets of a stream around a moment, from this event on. */
std::vector<const Event*> around(const World& world, size_t from, uint8_t leg, bool rtcp, int64_t at_ns, size_t event) {
  std::vector<const Event*> found;
  const auto wanted = [&](const Event& it) { return it.act == Act::kPacket && it.leg == leg && it.rtcp == rtcp; };
  for (size_t i = event; i-- > from && at_ns - world.events[i].at_ns <= kContestNs;) {
    if (wanted(world.events[i])) found.push_back(&world.events[i]);
  }
  std::reverse(found.begin(), found.end());
  for (size_t i = event; i < world.events.size() && world.events[i].at_ns - at_ns <= kContestNs; ++i) {
    if (wanted(world.events[i])) found.push_back(&world.events[i]);
  }
  return found;
}

/** The packet goes on from the last one with its SSRC that came from `other`. */
bool goes_on(const std::vector<const Event*>& packets, const Event& packet, uint16_t other) {
  const Event* last = nullptr;
  for (const Event* it : packets) {
    if (it == &packet) break;
    if (it->place == other && it->rtp && it->ssrc == packet.ssrc) last = it;
  }
  return last != nullptr && goes_on(packet, *last);
}

/** The last packets of `one` that go on from earlier ones of `other`. */
int going_on(const std::vector<const Event*>& packets, uint16_t one, uint16_t other, int64_t known_ns) {
  int row = 0;
  for (const Event* it : packets) {
    if (it->at_ns > known_ns) break;
    if (it->place == one) row = goes_on(packets, *it, other) ? row + 1 : 0;
  }
  return row;
}

/** Two packets in a row are enough for one source to go on from the other, as soon as that is known; the latest must.
 */
bool related(const std::vector<const Event*>& packets, uint16_t one, uint16_t other, int64_t known_ns) {
  const int ones = going_on(packets, one, other, known_ns);
  const int others = going_on(packets, other, one, known_ns);
  uint16_t latest = one;
  for (const Event* it : packets) {
    if (it->at_ns <= known_ns && (it->place == one || it->place == other)) latest = it->place;
  }
  return (latest == one ? ones : others) > 0 && std::max(ones, others) >= 2;
}

}  // namespace

bool near(uint16_t seq, uint16_t last, int64_t silence_ns) {
  const int64_t distance = static_cast<int16_t>(static_cast<uint16_t>(seq - last));
  return distance >= -100 && distance <= 536 + silence_ns / (10 * kMs);
}

bool goes_on(const Event& packet, const Event& before) {
  return packet.rtp && before.rtp && packet.ssrc == before.ssrc &&
         near(packet.seq, before.seq, packet.at_ns - before.at_ns);
}

void Signalled::hear(const Endpoint& peer, int64_t now_ns) {
  if (!at.empty() && !(at == peer)) changed_ns = now_ns;
  at = peer;
  last_ns = now_ns;
}

void Source::note(const Event& packet) {
  if (!packet.rtp) return;
  if (key_count > 0 && keys[0].ssrc != packet.ssrc) {
    keys[1] = keys[0];
    key_count = 2;
  }
  keys[0] = {packet.ssrc, packet.seq};
  key_count = std::max(key_count, 1);
}

bool Source::goes_on(const Event& packet) const {
  for (int i = 0; packet.rtp && i < key_count; ++i) {
    if (keys[i].ssrc == packet.ssrc) return near(packet.seq, keys[i].seq, packet.at_ns - last_ns);
  }
  return false;
}

Source* Track::source(uint16_t place) {
  const auto found =
      std::find_if(sources_.begin(), sources_.end(), [place](const Source& it) { return it.place == place; });
  if (found != sources_.end()) return &*found;
  sources_.emplace_back();
  sources_.back().place = place;
  return &sources_.back();
}

void Track::begin_stay(Source* source, const World& world, const Event& packet, const Signalled& signalled) {
  Endpoint named = signalled.at;
  if (packet.rtcp) ++named.port;
  const bool fresh = source->last_ns < signalled.changed_ns && packet.at_ns - signalled.changed_ns <= kReopenNs;
  source->stay = 0;
  source->stay_ns = packet.at_ns;
  source->alone = true;
  source->pointed = fresh && world.places[packet.place].at == named;
  source->moved = found_ >= 0 && found_ != packet.place;
  source->lost = 0;
  const Source* before = current();
  source->left =
      before == nullptr || (before->last_ns < signalled.changed_ns && !(world.places[before->place].at == named));
  source->beside = std::any_of(sources_.begin(), sources_.end(), [&](const Source& it) {
    const bool lately = it.last_ns != 0 && packet.at_ns - it.last_ns <= 5 * kSecond;
    return lately && (&it != before || it.beside) && world.places[it.place].at.same_host(world.places[packet.place].at);
  });
  source->nears = 0;
}

bool Track::hear(const World& world, const Event& packet, const Signalled& signalled, size_t event) {
  find_lone(packet.at_ns);
  Source* it = source(packet.place);
  const bool first = current_ < 0;
  const size_t index = static_cast<size_t>(it - sources_.data());
  const bool here = current_ == static_cast<int>(index);
  // Two paths of one stream: each of them stays as long as it is used.
  const bool path = it->stay > 0 && packet.at_ns - it->last_ns <= kContestNs && !here && current()->goes_on(packet);
  if (it->stay == 0 || (!here && !path)) begin_stay(it, world, packet, signalled);
  if (!here) previous_ = current_;
  const bool goes_on = previous_ >= 0 && sources_[static_cast<size_t>(previous_)].goes_on(packet);
  it->nears = goes_on ? it->nears + 1 : 0;
  if (signalled.changed_ns > it->stay_ns) it->pointed = false;
  for (Source& other : sources_) {
    if (&other == it) continue;
    other.alone = other.apart = false;
    other.own = 0;
    other.beside |= other.stay > 0 && packet.at_ns - other.last_ns <= 5 * kSecond;
  }
  if (it->own > 0 && packet.at_ns - it->last_ns >= kApartNs) it->apart = true;
  if (it->own++ == 0) it->own_ns = packet.at_ns;
  it->run = it->stay > 0 && packet.at_ns - it->last_ns < kSecond ? it->run + 1 : 1;
  ++it->stay;
  it->last_ns = packet.at_ns;
  it->event = event;
  it->dead = false;
  it->note(packet);
  current_ = static_cast<int>(index);
  const int enough = world.places[packet.place].at.same_host(signalled.at) ? 3 : kStayPackets;
  const bool rare = it->stay >= 2 && it->alone && packet.at_ns - it->stay_ns >= kRareNs;
  if (it->run >= enough || rare) found_ = packet.place;
  return it->stay == 1 && !here && !first;
}

/** One packet and a second of nobody else. */
void Track::find_lone(int64_t now_ns) {
  const Source* it = current();
  if (it != nullptr && it->alone && it->stay > 0 && now_ns - it->stay_ns >= kLoneNs) found_ = it->place;
}

void Track::unsettle() {
  for (Source& it : sources_) {
    it.stay = it.own = 0;
    it.apart = false;
  }
}

void Track::die(uint16_t place) {
  for (Source& it : sources_) {
    if (it.place == place) it.dead = true;
  }
}

bool contested(const World& world, size_t from, uint8_t leg, bool rtcp, int place, int64_t at_ns, size_t event) {
  const std::vector<const Event*> packets = around(world, from, leg, rtcp, at_ns, event);
  for (const Event* a : packets) {
    if (place >= 0 && a->place != place) continue;
    for (const Event* b : packets) {
      if (a->place == b->place || std::abs(a->at_ns - b->at_ns) > kContestNs) continue;
      if (!related(packets, a->place, b->place, std::max({at_ns, a->at_ns, b->at_ns}))) return true;
    }
  }
  return false;
}

bool heard_elsewhere(const World& world, size_t event, int64_t since_ns, bool any_port) {
  const Event& packet = world.events[event];
  for (size_t i = event; i-- > 0 && world.events[i].at_ns >= since_ns;) {
    const Event& other = world.events[i];
    if (other.act != Act::kPacket || other.leg != packet.leg || other.rtcp != packet.rtcp) continue;
    if (other.place == packet.place) continue;
    if (any_port || !world.places[other.place].at.same_host(world.places[packet.place].at)) return true;
  }
  return false;
}

}  // namespace rtpp::worlds
