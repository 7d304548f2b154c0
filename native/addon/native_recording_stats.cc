#include "addon/native_recording_stats.h"

#include <cstddef>
#include <span>

#include "addon/plain_object.h"
#include "rtp/recording_stats.h"

namespace rtpp {

template <>
inline constexpr bool kIsPlain<RecordingStats> = true;

namespace {

/** A packet as JavaScript has it, a record of doubles. */
struct PacketRow {
  double payload_type;
  double marker;
  double sequence;
  double timestamp;
  double ssrc;
  double arrival_s;
};
constexpr size_t kColumns = sizeof(PacketRow) / sizeof(double);

/** The nearest value of an unsigned type; 0 of what is no number. */
template <typename T>
T whole(double value) {
  return value > 0 && value <= static_cast<double>(std::numeric_limits<T>::max()) ? static_cast<T>(value) : T{0};
}

/** Takes packets until one is misplaced; how many it took, that one not counted. */
uint32_t add(RecordingStats& stats, std::span<const double> numbers, uint32_t count) {
  const auto* rows = reinterpret_cast<const PacketRow*>(numbers.data());
  for (uint32_t i = 0; i < count && (i + 1) * kColumns <= numbers.size(); ++i) {
    const PacketRow& row = rows[i];
    const RtpView view = {.pt = whole<uint8_t>(row.payload_type),
                          .marker = row.marker != 0,
                          .seq = whole<uint16_t>(row.sequence),
                          .ts = whole<uint32_t>(row.timestamp),
                          .ssrc = whole<uint32_t>(row.ssrc),
                          .header_len = 0,
                          .payload_len = 0};
    // 32 bits of seconds: products with a clock rate stay whole numbers.
    if (stats.on_packet(view, whole<uint32_t>(row.arrival_s) == 0 ? 0 : row.arrival_s) == Verdict::kMisplaced) return i;
  }
  return count;
}

constexpr Function kMethods[] = {
    bind<add>("add", "rows", "count"),
    bind<&RecordingStats::figures>("figures"),
};

}  // namespace

#define RTPP_RECORDING_FIELD(name) \
  , Field { #name, &RecordingFigures::name }
template <>
inline constexpr auto kFields<RecordingFigures> = std::apply([](auto, auto... field) { return std::tuple{field...}; },
                                                             std::tuple{
                                                                 0 RTPP_RECORDING_FIGURES(RTPP_RECORDING_FIELD)});

Napi::Function define_native_recording_stats(Napi::Env env) {
  return NativeObject<RecordingStats>::define(env, "NativeRecordingStats", kMethods);
}

}  // namespace rtpp
