// The parsers of ICMP messages. The input is a message; its last byte says of which family.
#include <cstring>
#include <memory>

#include "fuzz.h"
#include "io/icmp_message.h"

using namespace rtpp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 65535) return 0;
  const size_t length = size - 1;
  // In memory of its own, so that what is read behind it is seen.
  const auto copy = std::make_unique<uint8_t[]>(length);
  if (length > 0) std::memcpy(copy.get(), data, length);
  const bool v6 = (data[length] & 1) != 0;
  const auto found = v6 ? parse_icmp6(copy.get(), length) : parse_icmp4(copy.get(), length);
  if (!found) return 0;
  MUST(found->error > 0);
  MUST(found->local.family == (v6 ? 6 : 4) && found->remote.family == found->local.family);
  // Headers of the message, of the datagram, and two ports.
  MUST(length >= (v6 ? 8U + 40 + 4 : 20U + 8 + 20 + 4));
  return 0;
}
