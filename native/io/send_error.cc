#include "io/send_error.h"

#include <cerrno>

namespace rtpp {

static_assert(EAGAIN == EWOULDBLOCK);

SendError classify_send_error(int error) {
  switch (error) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM:
      return SendError::kFull;
    case ECONNREFUSED:
    case ENOPROTOOPT:
    case EINTR:
      return SendError::kEarlier;
    default:
      return SendError::kFinal;
  }
}

bool may_be_source(int error) { return error == EINVAL || error == ENETUNREACH; }

}  // namespace rtpp
