#pragma once

namespace rtpp {

/** Tells the main thread that there are events, retired sessions or other reports for it. Any thread calls it. */
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void events_pending() = 0;
};

}  // namespace rtpp
