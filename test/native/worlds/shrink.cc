#include "worlds/shrink.h"

#include <algorithm>
#include <set>

namespace rtpp::worlds {
namespace {

class Shrinker {
 public:
  Shrinker(World world, const Judge& judge) : best_(std::move(world)), judge_(judge) {
    kind_ = judge_(best_, &played_).kind;
  }

  World run() {
    for (bool better = true; better;) {
      better = leave_out();
      better |= simplify();
    }
    return std::move(best_);
  }

 private:
  bool fails(const World& world) { return judge_(world, &played_).kind == kind_; }

  bool keep(World world) {
    if (!fails(world)) return false;
    best_ = std::move(world);
    return true;
  }

  /** Chunks first, then single events. */
  bool leave_out() {
    bool better = false;
    for (size_t size = std::max<size_t>(best_.events.size() / 2, 1);; size /= 2) {
      for (size_t at = 0; at < best_.events.size();) {
        World less = best_;
        const auto from = less.events.begin() + static_cast<std::ptrdiff_t>(at);
        less.events.erase(from, from + static_cast<std::ptrdiff_t>(std::min(size, less.events.size() - at)));
        if (keep(std::move(less))) {
          better = true;
        } else {
          at += size;
        }
      }
      if (size == 1) return better;
    }
  }

  bool simplify() {
    bool better = false;
    for (size_t i = 0; i < best_.events.size(); ++i) {
      better |= shorten_gap(i);
      round(i);
    }
    return plain_numbers() || better;
  }

  /** Everything from this event on comes earlier. */
  bool shorten_gap(size_t i) {
    const int64_t before = i == 0 ? kStart : best_.events[i - 1].at_ns;
    const int64_t gap = best_.events[i].at_ns - before;
    for (const int64_t less : {20 * kMs, 60 * kMs, 210 * kMs, 1010 * kMs, gap / 2 / kMs * kMs}) {
      // Smaller ones become what packets are usually apart: easier to read than a crowd.
      if (less > gap ? gap >= 20 * kMs : less == gap || gap == 20 * kMs) continue;
      World world = best_;
      for (size_t j = i; j < world.events.size(); ++j) world.events[j].at_ns -= gap - less;
      if (keep(std::move(world))) return gap > 20 * kMs;
    }
    return false;
  }

  /** To whole milliseconds. No success by itself: a gap that was made longer may undo it. */
  void round(size_t i) {
    const int64_t off = best_.events[i].at_ns % kMs;
    if (off == 0) return;
    World world = best_;
    for (size_t j = i; j < world.events.size(); ++j) world.events[j].at_ns -= off;
    if (i > 0 && world.events[i].at_ns < world.events[i - 1].at_ns) return;
    keep(std::move(world));
  }

  /** Small SSRCs, and sequence numbers that begin with a thousand. */
  bool plain_numbers() {
    World world = best_;
    std::set<uint32_t> ssrcs;
    for (const Event& event : world.events) {
      if (event.rtp) ssrcs.insert(event.ssrc);
    }
    bool changed = false;
    uint32_t number = 0;
    for (const uint32_t ssrc : ssrcs) changed |= rename(&world, ssrc, ++number);
    return changed && keep(std::move(world));
  }

  static bool rename(World* world, uint32_t ssrc, uint32_t number) {
    bool first = true;
    uint16_t shift = 0;
    bool changed = false;
    for (Event& event : world->events) {
      if (!event.rtp || event.ssrc != ssrc) continue;
      if (first) shift = static_cast<uint16_t>(1000 * number - event.seq);
      first = false;
      changed |= shift != 0 || ssrc != number;
      event.seq = static_cast<uint16_t>(event.seq + shift);
      event.ssrc = number;
    }
    return changed;
  }

  World best_;
  const Judge& judge_;
  std::string kind_;
  Played played_;
};

}  // namespace

World shrink(World world, const Judge& judge) { return Shrinker(std::move(world), judge).run(); }

std::string report(const World& world, const Judge& judge) {
  Played played;
  const Failure failure = judge(world, &played);
  std::string text = show_places(world);
  for (size_t i = 0; i < world.events.size(); ++i) {
    std::string line = show(world, world.events[i]);
    if (world.events[i].act == Act::kPacket) {
      line.resize(std::max<size_t>(line.size(), 56), ' ');
      std::string compat = show(world, played.compat[i]);
      compat.resize(std::max<size_t>(compat.size(), 14), ' ');
      line += "  compat: " + compat + "  guarded: " + show(world, played.guarded[i]);
    }
    if (failure.failed() && failure.event == i) line += "   <== " + failure.kind;
    text += line + "\n";
  }
  return text + (failure.failed() ? "" : "no promise is broken\n");
}

}  // namespace rtpp::worlds
