#include "worlds/history.h"

#include <algorithm>
#include <set>

#include "worlds/track.h"

namespace rtpp::worlds {

/** The event is a packet of the same stream that was heard. */
bool History::same_stream(const Event& packet, size_t event) const {
  const Event& it = world_.events[event];
  const bool same = it.act == Act::kPacket && it.leg == packet.leg && it.rtcp == packet.rtcp;
  return same && guarded_[event].accepted;
}

bool History::goes_on_from_heard(size_t at, int64_t lately_ns) const {
  const Event& packet = world_.events[at];
  std::set<uint32_t> ssrcs;
  int heard = -1;
  for (size_t i = at; i-- > 0 && packet.at_ns - world_.events[i].at_ns <= lately_ns;) {
    const Event& it = world_.events[i];
    if (!same_stream(packet, i)) continue;
    if (it.place == packet.place) return false;
    if (heard < 0) heard = it.place;
    // Another path of its streams, or somebody before it.
    if (it.place != heard && !ssrcs.contains(it.ssrc)) return false;
    if (it.rtp) ssrcs.insert(it.ssrc);
    if (ssrcs.size() > 2) return false;
    if (it.rtp && it.ssrc == packet.ssrc) return goes_on(packet, it);
  }
  return false;
}

bool History::unrelated(size_t at) const {
  const Event& packet = world_.events[at];
  for (size_t i = at; i-- > 0 && packet.at_ns - world_.events[i].at_ns <= kContestNs;) {
    if (same_stream(packet, i) && world_.events[i].place != packet.place) return !goes_on_from_heard(at, kContestNs);
  }
  return false;
}

size_t History::rtcp_ports(uint8_t leg, size_t at) const {
  std::set<uint16_t> places;
  for (size_t i = 0; i <= at; ++i) {
    const Event& it = world_.events[i];
    if (it.act == Act::kPacket && it.leg == leg && it.rtcp) places.insert(it.place);
  }
  return places.size();
}

size_t History::hosts(uint8_t leg, bool rtcp, size_t at) const {
  std::vector<const Endpoint*> known;
  for (size_t i = 0; i <= at; ++i) {
    const Event& it = world_.events[i];
    if (it.act != Act::kPacket || it.leg != leg || it.rtcp != rtcp) continue;
    const Endpoint& from = world_.places[it.place].at;
    if (std::none_of(known.begin(), known.end(), [&](const Endpoint* host) { return host->same_host(from); })) {
      known.push_back(&from);
    }
  }
  return known.size();
}

int History::packets_from(int place, size_t at) const {
  int count = 0;
  for (size_t i = 0; i <= at; ++i) {
    count += world_.events[i].act == Act::kPacket && world_.events[i].place == place;
  }
  return count;
}

int History::heard_from_others(uint8_t leg, uint16_t place, size_t at) const {
  int count = 0;
  for (size_t i = 0; i <= at; ++i) {
    const Event& it = world_.events[i];
    if (it.act != Act::kPacket || it.leg != leg || it.rtcp || it.place == place) continue;
    count += guarded_[i].accepted;
  }
  return count;
}

}  // namespace rtpp::worlds
