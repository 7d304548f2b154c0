#include "engine/tap_book.h"

#include <cerrno>

namespace rtpp {

void TapBook::record(SessionId session, LegIndex leg, RecordFile* const (&files)[2]) {
  for (int i = 0; i < 2; ++i) {
    StreamTap& tap = sessions_[session].streams[index(leg)][i];
    if (files[i] == nullptr || tap.active) continue;
    tap = {files[i], true};
    ++files[i]->promised;
  }
}

void TapBook::copy(SessionId session, LegIndex leg, bool rtcp) {
  for (int i = 0; i < (rtcp ? 2 : 1); ++i) sessions_[session].streams[index(leg)][i].active = true;
}

void TapBook::stop(SessionId session, LegIndex leg) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  for (StreamTap& tap : found->second.streams[index(leg)]) stop(&tap);
}

void TapBook::end(SessionId session) {
  for (const LegIndex leg : kLegs) stop(session, leg);
  sessions_.erase(session);
}

int TapBook::discard(RecordFile* file) {
  if (file->over) return EBADF;
  if (file->promised > 0) return EBUSY;
  file->over = true;
  return 0;
}

void TapBook::stop(StreamTap* tap) {
  if (tap->file != nullptr && --tap->file->promised == 0) tap->file->over = true;
  *tap = {};
}

}  // namespace rtpp
