#include "control/reply_cache.h"

#include <string>

#include "check.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr int64_t kLife = ReplyCache::kLifeMs;

const CommandKeys kKeys;

void store(ReplyCache* cache, const std::string& cookie, const std::string& reply, int64_t now,
           const std::string& command = "U") {
  cache->store(kKeys.of({cookie, command}), cookie + ' ' + reply, now);
}

std::string find(ReplyCache* cache, const std::string& cookie, int64_t now, const std::string& command = "U") {
  return std::string(cache->find(kKeys.of({cookie, command}), now));
}

}  // namespace

TEST(a_reply_is_repeated_for_35_seconds_however_often_it_was_asked_for) {
  ReplyCache cache;
  CHECK_EQ(find(&cache, "c", 1000), std::string());
  store(&cache, "c", "one\n", 1000);
  CHECK_EQ(find(&cache, "c", 21'000), std::string("c one\n"));
  CHECK_EQ(find(&cache, "c", 1000 + kLife - 1), std::string("c one\n"));
  CHECK_EQ(find(&cache, "c", 1000 + kLife), std::string());
  CHECK_EQ(cache.size(), 0u);
  CHECK_EQ(cache.bytes(), 0u);
  // Usable again after it ran empty.
  store(&cache, "c", "two\n", 1000 + kLife);
  CHECK_EQ(find(&cache, "c", 1000 + kLife), std::string("c two\n"));
}

TEST(another_command_with_the_same_cookie_is_another_one) {
  ReplyCache cache;
  store(&cache, "c", "1\n", 0, " U a\n");
  store(&cache, "c", "2\n", 0, "U b");
  CHECK_EQ(find(&cache, "c", 0, "U a"), std::string("c 1\n"));
  CHECK_EQ(find(&cache, "c", 0, "\tU b\r\n"), std::string("c 2\n"));
  for (const char* other : {"", "U", "U  a", "u a", "U a b", "c U a"})
    CHECK_EQ(find(&cache, "c", 0, other), std::string());
  // Nor is a part of the cookie taken for the command, or the other way round.
  store(&cache, "c", "3\n", 0, "d e");
  CHECK_EQ(find(&cache, "cd", 0, "e"), std::string());
  CHECK_EQ(cache.size(), 3u);
  // A first reply stays.
  store(&cache, "c", "4\n", 0, "U a");
  CHECK_EQ(find(&cache, "c", 0, "U a"), std::string("c 1\n"));
  CHECK_EQ(cache.size(), 3u);
}

TEST(cookies_are_told_apart_by_their_bytes) {
  ReplyCache cache;
  store(&cache, "c", "1\n", 0);
  CHECK_EQ(find(&cache, "C", 0), std::string());
  CHECK_EQ(find(&cache, "c1", 0), std::string());
  CHECK_EQ(find(&cache, "", 0), std::string());
  CHECK_EQ(find(&cache, "c", 0), std::string("c 1\n"));
}

TEST(a_sweep_drops_only_what_has_expired) {
  ReplyCache cache;
  store(&cache, "old", "1\n", 0);
  store(&cache, "new", "2\n", 3000);
  cache.sweep(kLife);
  CHECK_EQ(cache.size(), 1u);
  CHECK_EQ(find(&cache, "old", kLife), std::string());
  CHECK_EQ(find(&cache, "new", kLife), std::string("new 2\n"));
  cache.sweep(kLife + 3000);
  CHECK_EQ(cache.size(), 0u);
}

TEST(the_oldest_replies_go_beyond_the_number_of_entries) {
  ReplyCache cache(3, 1 << 20);
  for (const char* cookie : {"a", "b", "c", "d", "e"}) store(&cache, cookie, "1\n", 0);
  CHECK_EQ(cache.size(), 3u);
  for (const char* cookie : {"a", "b"}) CHECK_EQ(find(&cache, cookie, 0), std::string());
  for (const char* cookie : {"c", "d", "e"}) CHECK_EQ(find(&cache, cookie, 0), std::string(cookie) + " 1\n");
}

TEST(the_oldest_replies_go_beyond_the_memory_bound) {
  ReplyCache cache(1000, 10'000);
  const std::string reply(1000, 'x');
  for (int i = 0; i < 100; ++i) store(&cache, "c" + std::to_string(i), reply, 0);
  CHECK(cache.bytes() <= 10'000);
  CHECK(cache.size() >= 7);
  CHECK_EQ(find(&cache, "c99", 0), "c99 " + reply);
  CHECK_EQ(find(&cache, "c0", 0), std::string());
  // Commands count like replies.
  for (int i = 0; i < 100; ++i) store(&cache, "d", "1\n", 0, std::to_string(i) + reply);
  CHECK(cache.bytes() <= 10'000);
  CHECK(cache.size() >= 7);
}

TEST(many_replies_are_found_while_old_ones_go) {
  ReplyCache cache(100, 1 << 20);
  for (int i = 0; i < 10'000; ++i) {
    store(&cache, std::to_string(i), "r" + std::to_string(i), 0);
    const int old = i < 50 ? 0 : i - 50;
    CHECK_EQ(find(&cache, std::to_string(old), 0), std::to_string(old) + " r" + std::to_string(old));
  }
  CHECK_EQ(cache.size(), 100u);
}
