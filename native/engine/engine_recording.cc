#include <cerrno>

#include "engine/engine.h"
#include "io/media_socket.h"

namespace rtpp {

int Engine::add_recording(SessionId id, Fd fd, RecordFormat format, uint32_t* file) {
  const Session* session = find(id);
  if (session == nullptr) return EBADF;
  RecordFile* added = nullptr;
  const int error = writer_->add(session->worker, std::move(fd), format, &added);
  if (error != 0) return error;
  TapBook::add(added, id);
  *file = added->id;
  return 0;
}

int Engine::discard_recording(uint32_t file) {
  RecordFile* found = writer_->find(file);
  if (found == nullptr) return EBADF;
  if (const int error = TapBook::discard(found); error != 0) return error;
  writer_->finish(found);
  return 0;
}

int Engine::record(SessionId id, int leg, uint32_t rtp, uint32_t rtcp, bool as_sent) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  Command command;
  command.kind = CommandKind::kRecord;
  command.leg = static_cast<uint8_t>(leg);
  command.as_sent = as_sent;
  const uint32_t files[2] = {rtp, rtcp};
  for (int i = 0; i < 2; ++i) {
    if (files[i] == kNoFile) continue;
    command.files[i] = writer_->find(files[i]);
    if (command.files[i] == nullptr || !TapBook::usable(*command.files[i], id)) return EBADF;
  }
  taps_.record(id, leg, command.files);
  post(session, command);
  return 0;
}

int Engine::copy(SessionId id, int leg, const CopyRoute& route) {
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
  Command command;
  command.kind = CommandKind::kCopy;
  command.leg = static_cast<uint8_t>(leg);
  command.peer = route.remote;
  command.fds[0] = sockets[0].release();
  command.fds[1] = sockets[1].release();
  taps_.copy(id, leg, route.rtcp);
  post(session, command);
  return 0;
}

int Engine::stop_recording(SessionId id, int leg) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  Command command;
  taps_.stop(id, leg);
  command.kind = CommandKind::kStopTap;
  command.leg = static_cast<uint8_t>(leg);
  post(session, command);
  return 0;
}

bool Engine::next_recording(RecordReport* out) { return writer_->next_report(out); }

}  // namespace rtpp
