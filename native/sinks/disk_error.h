#pragma once

#include <unistd.h>

#include <cerrno>

namespace rtpp {

/** Room may be made on the disk while the call goes on; after any other error another try is of no use. */
inline bool may_pass(int error) { return error == ENOSPC || error == EDQUOT || error == ENOMEM || error == EAGAIN; }

/**
 * Why a file did not take more than what is before `end`, which was its end: the kernel tells only a write that fails
 * altogether. To be truncated after that.
 */
inline int reason_to_stop(int fd, off_t end) {
  const char byte = 0;
  return ::pwrite(fd, &byte, 1, end) < 0 ? errno : ENOSPC;
}

}  // namespace rtpp
