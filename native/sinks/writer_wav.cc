// What the disk thread does for recordings as sound beyond what it does for others.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "sinks/writer.h"

namespace rtpp {
namespace {

/** Without packets for so long those that wait for others are heard. */
constexpr int64_t kSettleNs = 100'000'000;

RecordedPacket packet_of(const uint8_t* record, uint32_t size) {
  WavRecord header;
  std::memcpy(&header, record, sizeof header);
  return header.with(record + sizeof header, size - uint32_t{sizeof header});
}

void append(std::vector<uint8_t>* bytes, const void* data, size_t size) {
  const auto* from = static_cast<const uint8_t*>(data);
  bytes->insert(bytes->end(), from, from + size);
}

}  // namespace

RecordFile* Writer::add_companion(Fd fd, RecordFormat format) {
  RecordFile* file = insert(std::move(fd), format, nullptr);
  // No stream may use it.
  file->over = true;
  return file;
}

void Writer::divert(RecordFile* file, RecordFile* callee, RecordFile* caller) {
  for (RecordFile* companion : {callee, caller}) {
    if (companion != nullptr) companion->taken = true;
  }
  file->companions->files[0] = callee;
  file->companions->files[1] = caller;
  file->companions->answered.store(true, std::memory_order_release);
  wake();
}

void Writer::write_sound(RecordFile* file) {
  while (file->first != QueuedRecord::kNone) {
    QueuedRecord* record = file->queue->at(file->first);
    file->first = record->next;
    const RecordedPacket packet = packet_of(record->data(), record->size);
    const WavVerdict verdict = classify_for_wav(packet.data, packet.len);
    file->wav->add(packet, verdict.part);
    const bool answered = file->companions->answered.load(std::memory_order_acquire);
    // What is left out of sound need not be there, but belongs to a recording of packets once there is one.
    if (verdict.part == WavPart::kSound) continue;
    if (verdict.part == WavPart::kLeftOut && (!answered || file->companions->files[packet.leg] == nullptr)) continue;
    if (!file->companions->asked) file->companions->payload_type = verdict.payload_type;
    divert(file, packet);
  }
  file->heard_ns = now_ns();
  file->wav->write();
  note_outcome(file);
  deliver_held(file, false);
  const bool needs_care = file->wav->waiting() || !file->companions->held.empty();
  if (needs_care && !std::exchange(file->looked_after, true)) looked_after_.push_back(file);
}

/** A packet that is no sound. */
void Writer::divert(RecordFile* file, const RecordedPacket& packet) {
  Companions& companions = *file->companions;
  if (!companions.asked) companions.asked = report(*file, RecordNews::kUndecoded);
  if (!companions.answered.load(std::memory_order_acquire) || !companions.held.empty()) return hold(file, packet);
  RecordFile* companion = companions.files[packet.leg];
  if (companion == nullptr) return lose(file, 1, ENOENT);
  spill(companion, packet);
}

void Writer::hold(RecordFile* file, const RecordedPacket& packet) {
  std::vector<uint8_t>& held = file->companions->held;
  const WavRecord header = WavRecord::of(packet);
  const auto size = uint32_t{sizeof header} + packet.len;
  if (held.size() + sizeof size + size > kHeldBytes) return lose(file, 1, ENOBUFS);
  append(&held, &size, sizeof size);
  append(&held, &header, sizeof header);
  append(&held, packet.data, packet.len);
}

/** Packets go where they have waited for; with `last` nowhere, when the main thread has not answered. */
void Writer::deliver_held(RecordFile* file, bool last) {
  Companions& companions = *file->companions;
  const bool answered = companions.answered.load(std::memory_order_acquire);
  if (!answered && !last) {
    if (!companions.asked && !companions.held.empty()) companions.asked = report(*file, RecordNews::kUndecoded);
    return;
  }
  const std::vector<uint8_t> held = std::exchange(companions.held, {});
  for (size_t at = 0; at < held.size();) {
    uint32_t size;
    std::memcpy(&size, held.data() + at, sizeof size);
    at += sizeof size;
    const RecordedPacket packet = packet_of(held.data() + at, size);
    at += size;
    RecordFile* companion = answered ? companions.files[packet.leg] : nullptr;
    if (companion == nullptr) {
      lose(file, 1, ENOENT);
    } else {
      spill(companion, packet);
    }
  }
  for (RecordFile* companion : companions.files) {
    if (answered && companion != nullptr) write_spill(companion);
  }
}

void Writer::spill(RecordFile* companion, const RecordedPacket& packet) {
  Spill& spill = companion->spill;
  const size_t at = spill.bytes.size();
  const size_t header = record_header_size(companion->format, packet);
  spill.bytes.resize(at + header);
  encode_header(companion->format, packet, spill.bytes.data() + at);
  append(&spill.bytes, packet.data, packet.len);
  spill.sizes.push_back(header + packet.len);
}

void Writer::write_spill(RecordFile* companion) {
  Spill& spill = companion->spill;
  std::vector<iovec> records;
  for (size_t at = 0; const size_t size : spill.sizes) {
    records.push_back({spill.bytes.data() + at, size});
    at += size;
  }
  for (size_t done = 0; done < records.size();) {
    const size_t whole = put(companion, records.data() + done, std::min(records.size() - done, kVectors));
    if (whole == 0) {
      lose(companion, records.size() - done, companion->error);
      break;
    }
    done += whole;
  }
  spill = {};
}

void Writer::note_outcome(RecordFile* file) {
  const WavOutcome outcome = file->wav->outcome();
  file->records += outcome.written;
  written_.add(outcome.written);
  lose(file, outcome.unwritten, outcome.error);
}

/** Recordings of which packets wait; one leaves the list when none do. */
void Writer::look_after_sound() {
  const int64_t now = now_ns();
  std::erase_if(looked_after_, [this, now](RecordFile* file) {
    if (now - file->heard_ns >= kSettleNs && file->wav->waiting()) {
      file->wav->settle();
      note_outcome(file);
    }
    deliver_held(file, false);
    file->looked_after = file->wav->waiting() || !file->companions->held.empty();
    return !file->looked_after;
  });
}

/** Everything of a finished recording is put where it belongs, companions included; false: that has to wait. */
bool Writer::settle_sound(RecordFile* file, bool last) {
  file->wav->settle();
  note_outcome(file);
  deliver_held(file, last);
  if (!file->companions->held.empty()) return false;
  if (std::exchange(file->looked_after, false)) std::erase(looked_after_, file);
  RecordFile* const(&companions)[2] = file->companions->files;
  if (file->companions->answered.load(std::memory_order_acquire)) {
    for (const int i : {0, 1}) {
      if (companions[i] != nullptr && (i == 0 || companions[i] != companions[0])) close(companions[i]);
    }
  }
  return true;
}

}  // namespace rtpp
