#pragma once

namespace rtpp {

/** A step of building something up has failed; `what` says which, for the log. */
struct IoFailure {
  const char* what = "";
  int error = 0;
  /** Of which backend, as in the list of them. */
  const char* backend = "";
};

}  // namespace rtpp
