#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/names.h"
#include "io/io.h"
#include "io/steering.h"

namespace rtpp {

/** Which backend is wanted. */
#define RTPP_IO_CHOICES(X) X(kAuto) X(kSockets) X(kShared)
RTPP_NAMED_ENUM(IoChoice, RTPP_IO_CHOICES)

/** Packet input and output for all workers. */
struct IoBackend {
  std::vector<std::unique_ptr<PacketIo>> workers;
  /** Which one it is: kSockets or kShared. */
  IoChoice kind = IoChoice::kSockets;
  /** Why it is not the shared backend; `what` is empty when it was not tried, or nothing works. */
  IoFailure refusal;
};

/**
 * Tries the shared backend unless the choice is kSockets, and takes the other one if it does not work and the choice is
 * kAuto. False when there is no backend; the refusal says why.
 */
bool create_backend(IoChoice choice, uint32_t workers, IoBackend* out);

}  // namespace rtpp
