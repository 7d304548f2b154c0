#include "rtp/seq_series.h"

namespace rtpp {
namespace {

/** Steps that are still the same series, forward and back (RFC 3550 A.1). */
constexpr int kMaxDropout = 3000;
constexpr int kMaxMisorder = 100;

int step(uint16_t from, uint16_t to) { return static_cast<int16_t>(static_cast<uint16_t>(to - from)); }

uint16_t plus(uint16_t seq, int distance) { return static_cast<uint16_t>(seq + distance); }

bool is_ahead(int distance) { return distance > 0 && distance < kMaxDropout; }
bool is_late(int distance) { return distance <= 0 && distance >= -kMaxMisorder; }

}  // namespace

SeqSeries::Source& SeqSeries::of(uint32_t ssrc) {
  if (!sources_[current_].used || sources_[current_].ssrc != ssrc) {
    current_ ^= 1;
    Source& source = sources_[current_];
    if (!source.used || source.ssrc != ssrc) {
      source = Source();
      source.ssrc = ssrc;
    }
  }
  sources_[current_].used = true;
  return sources_[current_];
}

void SeqSeries::Source::hear(uint16_t seq) {
  if (!heard || !is_late(step(seen, seq))) seen = seq;
  heard = true;
}

void SeqSeries::taken(uint32_t ssrc, uint16_t seq) {
  for (Source& source : sources_) {
    if (source.used && source.ssrc == ssrc) source.hear(seq);
  }
}

uint16_t SeqSeries::passed(uint32_t ssrc, uint16_t seq) {
  Source& source = of(ssrc);
  const uint16_t out = source.renumbered ? renumber(&source, seq) : seq;
  if (!source.renumbered && !(source.started && is_late(step(source.next, plus(seq, 1))))) source.next = plus(seq, 1);
  source.started = true;
  source.hear(seq);
  return out;
}

uint16_t SeqSeries::renumber(Source* source, uint16_t seq) {
  const int distance = source->heard ? step(source->seen, seq) : 1;
  if (is_late(distance)) {
    const uint16_t place = plus(seq, source->shift);
    if (step(source->run, place) >= 0 && step(place, source->next) > 0) return place;
    source->run = plus(source->next, 1);
    return source->next++;
  }
  const uint16_t out = is_ahead(distance) ? plus(source->next, distance - 1) : source->next;
  const uint16_t shift = static_cast<uint16_t>(out - seq);
  if (shift != source->shift) source->run = source->next;
  source->shift = shift;
  source->next = plus(out, 1);
  // Late packets are nearer than that; a run without an end must not be taken for one that lies ahead.
  if (step(source->run, source->next) > 2 * kMaxDropout) source->run = plus(source->next, -kMaxDropout);
  return out;
}

uint16_t SeqSeries::made(uint32_t ssrc, uint16_t seq) {
  Source& source = of(ssrc);
  if (!source.started) {
    // As the C daemon: one series, also across sources.
    source.next = made_.value_or(seq);
  } else if (const int distance = step(source.next, seq); !source.renumbered && is_ahead(distance)) {
    source.next = seq;
  }
  source.started = source.renumbered = true;
  source.run = plus(source.next, 1);
  if (!source.heard) source.hear(seq);
  made_ = source.run;
  return source.next++;
}

}  // namespace rtpp
