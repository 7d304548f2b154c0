#include "rtp/packet.h"

#include <vector>

#include "check.h"

using rtpp::parse_rtp;
using rtpp::RtpView;

namespace {

using Bytes = std::vector<uint8_t>;

/** A header as given, followed by `rest`. */
Bytes packet(uint8_t first, uint8_t second, const Bytes& rest = {}) {
  Bytes bytes = {first, second, 0x12, 0x34, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98};
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

struct Row {
  const char* name;
  Bytes bytes;
  bool valid;
  uint32_t header_len = 0;
  uint32_t payload_len = 0;
};

Bytes cut(Bytes bytes, size_t size) {
  bytes.resize(size);
  return bytes;
}

const Row kRows[] = {
    {"bare header", packet(0x80, 0), true, 12, 0},
    {"payload", packet(0x80, 0, Bytes(160)), true, 12, 160},
    {"empty datagram", {}, false},
    {"one byte", {0x80}, false},
    {"two bytes", {0x80, 0x00}, false},
    {"11 bytes", cut(packet(0x80, 0), 11), false},
    {"version 0", packet(0x00, 0), false},
    {"version 1", packet(0x40, 0), false},
    {"version 3", packet(0xc0, 0), false},
    {"second byte 199 is RTP", packet(0x80, 199), true, 12, 0},
    {"second byte 200 is RTCP", packet(0x80, 200), false},
    {"second byte 213 is RTCP", packet(0x80, 213), false},
    {"second byte 214 is RTP", packet(0x80, 214), true, 12, 0},
    {"without the marker bit 72 is RTP", packet(0x80, 72), true, 12, 0},
    {"2 CSRC", packet(0x82, 0, Bytes(8 + 10)), true, 20, 10},
    {"15 CSRC, all of the packet", packet(0x8f, 0, Bytes(60)), true, 72, 0},
    {"15 CSRC, one byte short", packet(0x8f, 0, Bytes(59)), false},
    {"extension of 0 words", packet(0x90, 0, {0xbe, 0xde, 0, 0}), true, 16, 0},
    {"extension header one byte short", packet(0x90, 0, {0xbe, 0xde, 0}), false},
    {"extension of 1 word", packet(0x90, 0, {0xbe, 0xde, 0, 1, 1, 2, 3, 4, 5}), true, 20, 1},
    {"extension one byte short", packet(0x90, 0, {0xbe, 0xde, 0, 1, 1, 2, 3}), false},
    {"extension of 65535 words", packet(0x90, 0, {0xbe, 0xde, 0xff, 0xff, 1, 2, 3, 4}), false},
    {"CSRC, then extension", packet(0x91, 0, {9, 9, 9, 9, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6}), true, 24, 2},
    {"padding of 1", packet(0xa0, 0, {7, 7, 1}), true, 12, 2},
    {"padding is all of the payload", packet(0xa0, 0, {0, 0, 3}), true, 12, 0},
    {"padding one byte too long", packet(0xa0, 0, {0, 0, 4}), false},
    {"padding of 0", packet(0xa0, 0, {7, 7, 0}), false},
    {"padding bit without a byte behind the header", packet(0xa0, 0), false},
    {"padding must not reach into the extension", packet(0xb0, 0, {0, 0, 0, 1, 1, 1, 1, 1, 2}), false},
};

}  // namespace

TEST(validity) {
  for (const Row& row : kRows) {
    const rtpp::test::Context context(row.name);
    // A copy of exactly this size: a read behind the end does not go unnoticed under the address sanitizer.
    const Bytes bytes(row.bytes);
    RtpView view{};
    CHECK_EQ(parse_rtp(bytes.data(), bytes.size(), &view), row.valid);
    if (!row.valid) continue;
    CHECK_EQ(view.header_len, row.header_len);
    CHECK_EQ(view.payload_len, row.payload_len);
  }
}

TEST(fields) {
  const Bytes bytes = packet(0x80, 0x80 | 101);
  RtpView view{};
  CHECK(parse_rtp(bytes.data(), bytes.size(), &view));
  CHECK_EQ(view.pt, 101);
  CHECK_EQ(view.marker, true);
  CHECK_EQ(view.seq, 0x1234);
  CHECK_EQ(view.ts, 0x89abcdefu);
  CHECK_EQ(view.ssrc, 0xfedcba98u);
}

TEST(every_prefix_of_a_packet_is_read_safely) {
  const Bytes whole = packet(0xb3, 8, Bytes(12 + 4 + 8 + 20, 1));
  for (size_t size = 0; size <= whole.size(); ++size) {
    const Bytes bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    RtpView view{};
    if (!parse_rtp(bytes.data(), bytes.size(), &view)) continue;
    CHECK(view.header_len + view.payload_len < size);
  }
}

TEST(clock_rates) {
  for (int pt = 0; pt < 256; ++pt) {
    int expected = 0;
    for (const int known : {0, 3, 4, 5, 7, 8, 9, 12, 13, 15, 18}) expected = pt == known ? 8000 : expected;
    if (pt == 6) expected = 16000;
    if (pt == 10 || pt == 11) expected = 44100;
    if (pt == 14) expected = 90000;
    if (pt == 16) expected = 11025;
    if (pt == 17) expected = 22050;
    const rtpp::test::Context context("pt " + std::to_string(pt));
    CHECK_EQ(rtpp::clock_rate(static_cast<uint8_t>(pt)), expected);
  }
}
