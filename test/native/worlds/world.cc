#include "worlds/world.h"

#include <algorithm>
#include <cstdio>

namespace rtpp::worlds {

uint16_t World::add_place(const Endpoint& at, Owner owner, bool rtcp, bool live) {
  const int known = find_place(at);
  if (known >= 0) return static_cast<uint16_t>(known);
  places.push_back({at, owner, rtcp, live});
  return static_cast<uint16_t>(places.size() - 1);
}

int World::find_place(const Endpoint& at) const {
  const auto found = std::find_if(places.begin(), places.end(), [&at](const Place& place) { return place.at == at; });
  return found == places.end() ? -1 : static_cast<int>(found - places.begin());
}

void World::sort() {
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at_ns < b.at_ns; });
}

Endpoint ip(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
  Endpoint at;
  at.family = 4;
  at.ip[0] = a;
  at.ip[1] = b;
  at.ip[2] = c;
  at.ip[3] = d;
  at.port = port;
  return at;
}

std::string show(const Endpoint& at) {
  if (at.empty()) return "nowhere";
  char text[64];
  std::snprintf(text, sizeof text, "%d.%d.%d.%d:%d", at.ip[0], at.ip[1], at.ip[2], at.ip[3], at.port);
  return text;
}

std::string name_of(const World& world, int place) {
  if (place < 0) return "?";
  const Place& it = world.places[static_cast<size_t>(place)];
  return std::string(1, "ABZN"[it.owner]) + (it.rtcp ? "r" : "") + std::to_string(place);
}

std::string show_places(const World& world) {
  std::vector<bool> used(world.places.size());
  for (const Event& event : world.events) {
    if (event.act != Act::kHold) used[event.place] = true;
  }
  std::string text;
  for (size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    text += "  " + name_of(world, static_cast<int>(i)) + " = " + show(world.places[i].at);
    text += world.places[i].live ? "\n" : "  (reached only after a packet from there)\n";
  }
  return text;
}

std::string show(const World& world, const Event& event) {
  char time[32];
  std::snprintf(time, sizeof time, "%9.4f  ", static_cast<double>(event.at_ns - kStart) * 1e-9);
  std::string text = time;
  const std::string leg(1, "AB"[event.leg]);
  const std::string place = name_of(world, event.place);
  switch (event.act) {
    case Act::kSignal:
      return text + "signal of leg " + leg + ": " + place;
    case Act::kHold:
      return text + "hold of leg " + leg;
    case Act::kDie:
      return text + place + " is dead from now on";
    case Act::kPacket:
      break;
  }
  text += "leg " + leg + (event.rtcp ? " RTCP  from " : event.rtp ? " RTP   from " : " other from ") + place;
  if (event.spoofed) text += " (spoofed)";
  if (event.rtp) text += " ssrc " + std::to_string(event.ssrc) + " seq " + std::to_string(event.seq);
  return text;
}

}  // namespace rtpp::worlds
