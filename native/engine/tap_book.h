#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/handles.h"
#include "sinks/record_file.h"

namespace rtpp {

/**
 * What the main thread knows of the taps of all sessions: the workers apply its operations in their order, so that
 * it can tell what each of them will do. One that would use a file after its end is refused instead of posted.
 */
class TapBook {
 public:
  /** A new file, which only this session may use. */
  static void add(RecordFile* file, SessionId session) { file->session = session; }
  /** Whether streams of the session may still record into the file. */
  static bool usable(const RecordFile& file, SessionId session) { return file.session == session && !file.over; }

  /** RTP and RTCP of a leg record from now on, null: not at all; a stream that has a tap keeps it. */
  void record(SessionId session, LegIndex leg, RecordFile* const (&files)[2]);
  /** The leg is copied from now on, RTP alone or both. */
  void copy(SessionId session, LegIndex leg, bool rtcp);
  void stop(SessionId session, LegIndex leg);
  /** The session ends, and its taps with it. */
  void end(SessionId session);
  /** A file is to be closed that no stream uses; EBUSY or EBADF when that cannot be. */
  [[nodiscard]] static int discard(RecordFile* file);

 private:
  struct StreamTap {
    RecordFile* file = nullptr;
    bool active = false;
  };
  struct SessionTaps {
    StreamTap streams[2][2];
  };

  static void stop(StreamTap* tap);

  /** Sessions with taps, and some that had them. */
  std::unordered_map<SessionId, SessionTaps> sessions_;
};

}  // namespace rtpp
