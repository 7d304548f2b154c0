#include "engine/batch_window.h"

#include <algorithm>

namespace rtpp {
namespace {

constexpr int64_t kMicrosecond = 1'000;
constexpr int64_t kLongest = 500 * kMicrosecond;
/** Between two looks at the load; with the smoothing below a rise takes hold within a few of them. */
constexpr int64_t kPeriod = 10'000 * kMicrosecond;
constexpr double kSmoothing = 0.3;
/** Share of a processor at which the window opens, and at which it is at its longest. */
constexpr double kOpens = 0.4;
constexpr double kWidest = 0.8;

}  // namespace

BatchWindow::BatchWindow(int32_t microseconds)
    : automatic_(microseconds == kAutoWindow), window_ns_(automatic_ ? 0 : microseconds * kMicrosecond) {}

void BatchWindow::look(int64_t now_ns, int64_t cpu_ns) {
  const int64_t elapsed = now_ns - looked_ns_;
  // The load of a single short period says little, that of a long one (the thread slept most of it) everything.
  const double weight = elapsed >= 10 * kPeriod ? 1 : kSmoothing;
  const double load = static_cast<double>(cpu_ns - cpu_ns_) / static_cast<double>(std::max<int64_t>(elapsed, 1));
  if (looked_ns_ != 0) load_ += (std::clamp(load, 0.0, 1.0) - load_) * weight;
  const double share = std::clamp((load_ - kOpens) / (kWidest - kOpens), 0.0, 1.0);
  window_ns_ = static_cast<int64_t>(share * static_cast<double>(kLongest));
  looked_ns_ = now_ns;
  cpu_ns_ = cpu_ns;
  due_ns_ = now_ns + kPeriod;
}

}  // namespace rtpp
