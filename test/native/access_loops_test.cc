#include "access/loops.h"

#include <numeric>
#include <vector>

#include "check.h"

using namespace rtpp;

namespace {

constexpr int64_t kMs = 1'000'000;
constexpr uint16_t kPort = 40000;

}  // namespace

TEST(a_packet_that_comes_again_and_again_circulates) {
  Loops loops(7);
  int64_t now = 5'000 * kMs;
  for (int i = 0; i < Loops::kMost; ++i, now += kMs) CHECK(!loops.circulates(1, kPort, now));
  for (int i = 0; i < 100; ++i, now += kMs) CHECK(loops.circulates(1, kPort, now));
  // A pause ends it.
  CHECK(!loops.circulates(1, kPort, now + 2'000 * kMs));
}

TEST(a_stream_is_no_loop) {
  Loops loops(7);
  for (uint64_t packet = 0; packet < 200'000; ++packet) {
    CHECK(!loops.circulates(packet, kPort, static_cast<int64_t>(packet) * 20 * kMs));
  }
}

TEST(a_call_may_come_several_times_each_time_to_another_port) {
  Loops loops(7);
  for (uint64_t packet = 0; packet < 100; ++packet) {
    for (uint16_t port = 40000; port < 40060; port += 2) {
      for (int twice = 0; twice < 2; ++twice)
        CHECK(!loops.circulates(packet, port, static_cast<int64_t>(packet) * kMs));
    }
  }
}

TEST(what_is_repeated_now_and_then_does_not_circulate) {
  Loops loops(7);
  for (int i = 0; i < 100; ++i) CHECK(!loops.circulates(1, kPort, i * 2'500 * kMs));
}

TEST(as_many_packets_as_sockets_hold_are_all_found) {
  Loops loops(7);
  std::vector<uint64_t> circulating(10'000);
  std::iota(circulating.begin(), circulating.end(), uint64_t{1});
  int64_t now = 5'000 * kMs;
  for (int round = 0; round < 100 && !circulating.empty(); ++round, now += 100 * kMs) {
    std::erase_if(circulating, [&](uint64_t packet) { return loops.circulates(packet, kPort, now); });
  }
  CHECK(circulating.empty());
}
