#pragma once

namespace rtpp {
struct Fork;
struct Session;
struct WorkerParts;
}  // namespace rtpp

namespace rtpp::op {

/** The session gets copies of what the parties of another one send, or gets them by the other legs from now on. */
struct StartFork {
  Fork* fork;
  Session* source;
  bool crossed;
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
