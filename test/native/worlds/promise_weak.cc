#include <algorithm>
#include <map>

#include "worlds/promise.h"
#include "worlds/track.h"
#include "worlds/watch.h"

namespace rtpp::worlds {
namespace {

/**
 * What weak strangers do to a call: those who send single packets, spray over ports, or spoof a packet now and then.
 * Once the parties are found that changes nothing, so the call is compared with the same one without them.
 */
class Weak {
 public:
  Weak(const World& world, const Outcomes& with, const Outcomes& without)
      : world_(world), with_(with), without_(without) {}

  Failure check() {
    if (!weak()) return {};
    for (size_t i = 0, honest = 0; i < world_.events.size(); ++i) {
      const Event& event = world_.events[i];
      const bool strange = event.act == Act::kPacket && world_.strange(event);
      const Outcome* otherwise = strange ? nullptr : &without_[honest++];
      if (!step(event, with_[i], otherwise)) return {};
      if (lost_ > kStayPackets * (1 + stays_)) return {"packets are lost because of single packets of strangers", i};
    }
    return {};
  }

 private:
  /** One packet from each place, and from where signalling points one a second. Not from behind the party's NAT. */
  bool weak() const {
    std::map<uint16_t, int64_t> last;
    for (const Event& event : world_.events) {
      if (event.act != Act::kPacket || !world_.strange(event)) continue;
      if (event.rtcp || (!event.spoofed && neighbour(event.place))) return false;
      const auto [it, first] = last.try_emplace(event.place, event.at_ns);
      if (!first && (!event.spoofed || event.at_ns - it->second <= kSecond)) return false;
      it->second = event.at_ns;
    }
    return !last.empty();
  }

  bool neighbour(uint16_t stranger) const {
    return std::any_of(world_.places.begin(), world_.places.end(), [&](const Place& it) {
      return it.owner < kStranger && it.at.same_host(world_.places[stranger].at);
    });
  }

  /** False: strangers came too early, or with a U or L, or in a long silence, when there is no promise. */
  bool step(const Event& event, const Outcome& with, const Outcome* otherwise) {
    if (event.act == Act::kSignal) signalled_[event.leg].hear(world_.places[event.place].at, event.at_ns);
    if (event.act == Act::kSignal || event.act == Act::kHold) complete_[event.leg] = true;
    // A single packet of the party cannot be told from one of a stranger.
    const auto lone = [&](const Taking& it) { return it.packets == 1; };
    if (otherwise != nullptr && std::any_of(otherwise->takings.begin(), otherwise->takings.end(), lone)) return false;
    if (event.act != Act::kPacket || event.rtcp || !complete_[0] || !complete_[1]) return true;
    const Signalled& signalled = signalled_[event.leg];
    Watch& watch = watches_[event.leg];
    if (otherwise == nullptr && !watch.found()) return false;
    if (event.spoofed && event.at_ns - signalled.changed_ns <= kReopenNs) return false;
    // In a silence of the party he cannot be told from it.
    if (event.spoofed && !watch.sends(event.at_ns)) return false;
    watch.hear(world_, event, signalled, with.accepted);
    const uint8_t other = static_cast<uint8_t>(1 - event.leg);
    if (with.accepted) watches_[other].sent(world_, with.place, signalled_[other], event.at_ns);
    // As he may, in a silence of the party.
    if (watch.lost() || watches_[other].lost()) return false;
    if (otherwise == nullptr) return true;
    stays_ += tracks_[event.leg].hear(world_, event, signalled, 0);
    lost_ += otherwise->delivered && !with.delivered;
    return true;
  }

  const World& world_;
  const Outcomes& with_;
  const Outcomes& without_;
  bool complete_[2] = {};
  Signalled signalled_[2];
  Watch watches_[2];
  Track tracks_[2];
  int stays_ = 0;
  int lost_ = 0;
};

}  // namespace

World without_strangers(const World& world) {
  World honest = world;
  std::erase_if(honest.events, [&](const Event& event) { return event.act == Act::kPacket && world.strange(event); });
  return honest;
}

Failure check_weak(const World& world, const Outcomes& with, const Outcomes& without) {
  return Weak(world, with, without).check();
}

}  // namespace rtpp::worlds
