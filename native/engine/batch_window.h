#pragma once

#include <cstdint>

namespace rtpp {

/** In place of a number of microseconds: as the load asks for. */
inline constexpr int32_t kAutoWindow = -1;
/** Longest fixed window, in microseconds. */
inline constexpr int32_t kMaxWindow = 10'000;

/**
 * How far apart the passes of a relay loop are to begin, so that one takes packets of many calls (architecture.md 7):
 * a wake-up costs more than a packet. Fixed, or 0 while the worker has time to spare and up to 500 microseconds as its
 * load rises. A packet that comes after silence is never delayed; one that comes soon after a pass, by the rest of the
 * window.
 */
class BatchWindow {
 public:
  explicit BatchWindow(int32_t microseconds);

  /** Nanoseconds from the beginning of a pass to that of the next one. */
  int64_t ns() const { return window_ns_; }
  /** Whether to look at the load again; never of a fixed window. */
  bool due(int64_t now_ns) const { return automatic_ && now_ns >= due_ns_; }
  /** `cpu_ns` is what the worker's thread has used so far. */
  void look(int64_t now_ns, int64_t cpu_ns);

 private:
  const bool automatic_;
  int64_t window_ns_;
  int64_t due_ns_ = 0;
  int64_t looked_ns_ = 0;
  int64_t cpu_ns_ = 0;
  double load_ = 0;
};

}  // namespace rtpp
