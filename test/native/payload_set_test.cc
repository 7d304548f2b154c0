#include "rtp/payload_set.h"

#include "check.h"

using rtpp::PayloadSet;

TEST(an_empty_set_has_nothing) {
  const PayloadSet set;
  CHECK(set.empty());
  for (int type = 0; type < 256; ++type) CHECK(!set.has(static_cast<uint8_t>(type)));
}

TEST(a_set_has_what_was_added_and_nothing_else) {
  for (int type = 0; type < 128; ++type) {
    PayloadSet set;
    set.add(static_cast<uint8_t>(type));
    CHECK(!set.empty());
    for (int other = 0; other < 128; ++other) CHECK_EQ(set.has(static_cast<uint8_t>(other)), other == type);
  }
}
