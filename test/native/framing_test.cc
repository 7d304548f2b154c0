#include "rtp/framing.h"

#include <vector>

#include "check.h"

using namespace rtpp;
using rtpp::test::Context;

namespace {

using Bytes = std::vector<uint8_t>;

/** G.723.1 frames of 24, 20 and 4 bytes, by the digits 0, 1 and 2. */
Bytes g723(const char* kinds) {
  Bytes bytes;
  for (; *kinds != 0; ++kinds) {
    const uint8_t kind = static_cast<uint8_t>(*kinds - '0');
    bytes.push_back(kind);
    bytes.insert(bytes.end(), kind == 0 ? 23 : kind == 1 ? 19 : 3, 0xff);
  }
  return bytes;
}

Bytes shorter(Bytes bytes) {
  bytes.pop_back();
  return bytes;
}

struct TicksRow {
  const char* name;
  uint8_t pt;
  Bytes payload;
  uint32_t ticks;
};

const TicksRow kTicks[] = {
    {"PCMU", 0, Bytes(160), 160},
    {"PCMA", 8, Bytes(81), 81},
    {"G.722", 9, Bytes(160), 160},
    {"empty", 0, {}, 0},
    {"GSM", 3, Bytes(66), 320},
    {"GSM, incomplete", 3, Bytes(65), 0},
    {"G.729", 18, Bytes(30), 240},
    {"G.729 and a silence descriptor", 18, Bytes(22), 240},
    {"a silence descriptor", 18, Bytes(2), 80},
    {"G.723.1", 4, g723("012"), 720},
    {"G.723.1, incomplete", 4, shorter(g723("00")), 0},
    {"G.723.1, unknown frame", 4, {3, 0, 0, 0}, 0},
    {"empty G.723.1", 4, {}, 0},
    {"comfort noise", 13, Bytes(1), 0},
    {"dynamic", 96, Bytes(160), 0},
};

struct PartRow {
  const char* name;
  uint8_t pt;
  Bytes payload;
  uint32_t asked;
  uint32_t bytes;
  uint32_t ticks;
};

const PartRow kParts[] = {
    {"bytes exactly", 0, Bytes(160), 81, 81, 81},
    {"all of the bytes", 9, Bytes(160), 400, 160, 160},
    {"GSM rounded up", 3, Bytes(99), 161, 66, 320},
    {"all of GSM", 3, Bytes(33), 480, 33, 160},
    {"G.729 rounded up", 18, Bytes(40), 81, 20, 160},
    {"G.729 without its silence", 18, Bytes(22), 160, 20, 160},
    {"G.729 with it", 18, Bytes(22), 161, 22, 240},
    {"all of G.729", 18, Bytes(20), 800, 20, 160},
    {"G.723.1 frames of all lengths", 4, g723("2100"), 480, 24, 480},
    {"G.723.1 rounded up", 4, g723("2100"), 481, 48, 720},
    {"all of G.723.1", 4, g723("21"), 720, 24, 480},
};

}  // namespace

TEST(ticks) {
  for (const TicksRow& row : kTicks) {
    const Context context(row.name);
    CHECK_EQ(audio_ticks(row.pt, row.payload.data(), static_cast<uint32_t>(row.payload.size())), row.ticks);
  }
}

TEST(parts) {
  for (const PartRow& row : kParts) {
    const Context context(row.name);
    const auto part = audio_part(row.pt, row.payload.data(), static_cast<uint32_t>(row.payload.size()), row.asked);
    CHECK_EQ(part.bytes, row.bytes);
    CHECK_EQ(part.ticks, row.ticks);
  }
}

TEST(units) {
  CHECK_EQ(audio_unit(0), 80u);
  CHECK_EQ(audio_unit(9), 80u);
  CHECK_EQ(audio_unit(18), 80u);
  CHECK_EQ(audio_unit(3), 160u);
  CHECK_EQ(audio_unit(4), 240u);
}

TEST(silence) {
  CHECK(ends_in_silence(18, 2));
  CHECK(ends_in_silence(18, 12));
  CHECK(!ends_in_silence(18, 20));
  CHECK(!ends_in_silence(0, 161));
}
