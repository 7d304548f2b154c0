#include "engine/operations/taps.h"

#include <cerrno>
#include <utility>

#include "engine/engine.h"
#include "engine/worker_parts.h"
#include "io/media_socket.h"

namespace rtpp {

int64_t Engine::add_recording(SessionId id, Fd fd, RecordFormat format) {
  const Session* session = find(id);
  if (session == nullptr) return -EBADF;
  RecordFile* added = nullptr;
  const int error = writer_->add(session->worker, std::move(fd), format, &added);
  if (error != 0) return -error;
  TapBook::add(added, id);
  return added->id;
}

int64_t Engine::add_companion(uint32_t file, Fd fd, RecordFormat format) {
  const RecordFile* recording = writer_->find(file);
  if (recording == nullptr || recording->companions == nullptr) return -EBADF;
  if (format == RecordFormat::kWav) return -EINVAL;
  return writer_->add_companion(std::move(fd), format)->id;
}

int Engine::divert_recording(uint32_t file, uint32_t callee, uint32_t caller) {
  RecordFile* recording = writer_->find(file);
  RecordFile* companions[2] = {writer_->find(callee), writer_->find(caller)};
  if (recording == nullptr || recording->companions == nullptr) return EBADF;
  if (recording->companions->answered.load(std::memory_order_relaxed)) return EBUSY;
  for (const RecordFile* companion : companions) {
    if (companion != nullptr && !Writer::is_free_companion(*companion)) return EBADF;
  }
  writer_->divert(recording, companions[0], companions[1]);
  return 0;
}

int Engine::discard_recording(uint32_t file) {
  RecordFile* found = writer_->find(file);
  if (found == nullptr) return EBADF;
  if (const int error = TapBook::discard(found); error != 0) return error;
  writer_->finish(found);
  return 0;
}

std::optional<RecordReport> Engine::next_recording() {
  RecordReport report;
  return writer_->next_report(&report) ? std::optional(report) : std::nullopt;
}

int Engine::record(SessionId id, LegIndex leg, uint32_t rtp, uint32_t rtcp, bool as_sent) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  op::Record record{index(leg), as_sent, {nullptr, nullptr}};
  const uint32_t files[2] = {rtp, rtcp};
  for (int i = 0; i < 2; ++i) {
    if (files[i] == kNoFile) continue;
    record.files[i] = writer_->find(files[i]);
    if (record.files[i] == nullptr || !TapBook::usable(*record.files[i], id)) return EBADF;
  }
  taps_.record(id, leg, record.files);
  post(session, record);
  return 0;
}

int Engine::copy(SessionId id, LegIndex leg, const CopyRoute& route) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  Fd sockets[2];
  Endpoint local = route.local;
  Endpoint remote = route.remote;
  for (int i = 0; i < (route.rtcp ? 2 : 1); ++i) {
    if (const int error = open_media_socket(local, route.tos, &sockets[i]); error != 0) return error;
    if (const int error = connect_media_socket(sockets[i].get(), remote); error != 0) return error;
    ++local.port;
    ++remote.port;
  }
  taps_.copy(id, leg, route.rtcp);
  post(session, op::Copy{index(leg), {sockets[0].release(), sockets[1].release()}, route.remote});
  return 0;
}

int Engine::stop_tap(SessionId id, LegIndex leg) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  taps_.stop(id, leg);
  post(session, op::StopTap{index(leg)});
  return 0;
}

namespace op {

void Record::apply(WorkerParts* /*worker*/, Session* session) const {
  Leg& recorded = session->legs[leg];
  if (files[0] != nullptr) Taps::record(&recorded.rtp, files[0], false);
  if (files[1] != nullptr) Taps::record(&recorded.rtcp, files[1], as_sent);
}

void Copy::apply(WorkerParts* /*worker*/, Session* session) const {
  Leg& copied = session->legs[leg];
  Endpoint rtcp_to = to;
  ++rtcp_to.port;
  if (fds[0] >= 0) Taps::copy(&copied.rtp, fds[0], to);
  if (fds[1] >= 0) Taps::copy(&copied.rtcp, fds[1], rtcp_to);
}

void StopTap::apply(WorkerParts* /*worker*/, Session* session) const {
  Taps::stop(&session->legs[leg].rtp);
  Taps::stop(&session->legs[leg].rtcp);
}

}  // namespace op
}  // namespace rtpp
