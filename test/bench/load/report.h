#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "generator.h"
#include "tally.h"

namespace load {

/** Packets that one phone should have received. */
struct Shortfall {
  uint32_t session;
  uint32_t side;
  uint32_t lost;
};

/** Everything that the report says about a run. */
struct Outcome {
  Plan plan;
  unsigned sessions;
  Tally tally;
  /** In the order of the session list. */
  std::vector<Shortfall> shortfalls;
  /** CPU time of this program while it was sending and receiving. */
  double cpu_seconds;
};

/** Appends a formatted text. */
template <typename... Values>
void append(std::string* out, const char* format, Values... values) {
  char text[256];
  const int size = std::snprintf(text, sizeof text, format, values...);
  out->append(text, static_cast<size_t>(size));
}

inline double to_us(uint64_t ns) { return static_cast<double>(ns) / 1000; }

inline void append_quantiles(std::string* out, const Histogram& histogram) {
  append(out, R"("p50":%.1f,"p90":%.1f,"p99":%.1f,"p999":%.1f,"max":%.1f)", to_us(histogram.quantile(0.5)),
         to_us(histogram.quantile(0.9)), to_us(histogram.quantile(0.99)), to_us(histogram.quantile(0.999)),
         to_us(histogram.max()));
}

/** The result as one line of JSON. Times are in microseconds unless the name says otherwise. */
inline std::string format_report(const Outcome& outcome) {
  constexpr size_t kMostShortfalls = 20;
  const Tally& tally = outcome.tally;
  Histogram latency;
  for (const Second& second : tally.timeline) latency.merge(second.latency);

  std::string out;
  append(&out, R"({"sessions":%u,"rate":%u,"seconds":%u,"startMs":%.3f)", outcome.sessions, outcome.plan.rate,
         outcome.plan.seconds, static_cast<double>(outcome.plan.start_ns) / 1e6);
  append(&out, R"(,"planned":%ju,"sent":%ju,"sendErrors":%ju)",
         uintmax_t{outcome.sessions} * 2 * outcome.plan.rate * outcome.plan.seconds, uintmax_t{tally.sent},
         uintmax_t{tally.send_errors});
  append(&out, R"(,"received":%ju,"lost":%ju,"duplicated":%ju,"reordered":%ju,"misdelivered":%ju)",
         uintmax_t{latency.count()}, uintmax_t{tally.sent - latency.count()}, uintmax_t{tally.duplicated},
         uintmax_t{tally.reordered}, uintmax_t{tally.misdelivered});
  append(&out, R"(,"corrupted":%ju,"foreign":%ju,"overflowed":%ju,"cpuSeconds":%.3f)", uintmax_t{tally.corrupted},
         uintmax_t{tally.foreign}, uintmax_t{tally.overflowed}, outcome.cpu_seconds);
  append(&out, R"(,"digits":%ju,"reportsSent":%ju,"reportsReceived":%ju)", uintmax_t{tally.digits},
         uintmax_t{tally.reports_sent}, uintmax_t{tally.reports_received});
  out += R"(,"latency":{)";
  append_quantiles(&out, latency);
  out += R"(},"lateness":{)";
  append_quantiles(&out, tally.lateness);
  out += R"(},"shortfalls":[)";
  for (size_t i = 0; i < outcome.shortfalls.size() && i < kMostShortfalls; ++i) {
    const Shortfall& shortfall = outcome.shortfalls[i];
    append(&out, R"(%s{"session":%u,"side":"%c","lost":%u})", i > 0 ? "," : "", shortfall.session,
           shortfall.side == 0 ? 'a' : 'b', shortfall.lost);
  }
  out += R"(],"timeline":[)";
  for (size_t i = 0; i < tally.timeline.size(); ++i) {
    const Second& second = tally.timeline[i];
    append(&out, R"(%s{"second":%zu,"sent":%ju,"received":%ju,)", i > 0 ? "," : "", i, uintmax_t{second.sent},
           uintmax_t{second.latency.count()});
    append_quantiles(&out, second.latency);
    out += '}';
  }
  return out + "]}";
}

}  // namespace load
