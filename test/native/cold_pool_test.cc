#include "base/cold_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "check.h"
#include "engine/session.h"

using namespace rtpp;

namespace {

struct Page {
  uint8_t bytes[4096];
};

/** Whether the page that begins in this block has memory. */
bool resident(Page* block) {
  const auto size = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(block) + size - 1) & ~(size - 1);
  unsigned char present = 0;
  CHECK_EQ(::mincore(reinterpret_cast<void*>(begin), size, &present), 0);
  return (present & 1) != 0;
}

}  // namespace

// What a call costs: the rest of a leg is used only by recordings, copies, changes of SSRC, sources on probation,
// addresses that packets do not reach, and ports at the wildcard address.
static_assert(sizeof(Session) <= 2856);
static_assert(sizeof(SessionReserve) <= 2704);

TEST(blocks_are_distinct_and_used_again) {
  ColdPool<Page> pool;
  std::set<Page*> blocks;
  for (int i = 0; i < 1000; ++i) blocks.insert(pool.take());
  CHECK_EQ(blocks.size(), 1000u);
  Page* last = *blocks.begin();
  pool.give_back(last);
  CHECK(pool.take() == last);
}

TEST(only_blocks_in_use_have_memory) {
  ColdPool<Page> pool;
  Page* blocks[100];
  for (Page*& block : blocks) block = pool.take();
  std::fill_n(blocks[50]->bytes, sizeof blocks[50]->bytes, uint8_t{1});
  CHECK(!resident(blocks[10]));
  CHECK(!resident(blocks[90]));
}
