#pragma once

namespace rtpp {
class AccessPolicy;
struct Session;
struct WorkerParts;
}  // namespace rtpp

namespace rtpp::op {

/** The policy counts for all sessions of the worker from now on, in place of the one before. */
struct Adopt {
  const AccessPolicy* policy;
  void apply(WorkerParts* worker, Session* none) const;
};

}  // namespace rtpp::op
