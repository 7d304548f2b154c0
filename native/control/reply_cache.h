#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace rtpp {

/** Hash of a cookie. The seed is random, so that nobody can prepare cookies that collide. */
struct CookieHash {
  size_t operator()(std::string_view cookie) const;
  uint64_t seed = 0;
};

/** A hash with a new seed. */
CookieHash new_cookie_hash();

/**
 * Replies by cookie, for retransmitted datagrams (protocol.md 2.3). One for all UDP sockets of a daemon: the cookie
 * alone counts, not the sender. Times are monotonic milliseconds that never go back.
 */
class ReplyCache {
 public:
  /** How long a reply is repeated. */
  static constexpr int64_t kLifeMs = 35'000;
  /** Memory of an entry beside its text. */
  static constexpr size_t kEntryOverhead = 128;

  /** The oldest replies are dropped first when either bound is passed. */
  explicit ReplyCache(size_t max_entries = 262'144, size_t max_bytes = size_t{64} << 20);

  /** The datagram to repeat, cookie and reply; empty for an unknown cookie. Valid until the next call. */
  std::string_view find(std::string_view cookie, int64_t now_ms);
  /** Keeps the datagram that answers a new cookie, with which it begins. */
  void store(std::string_view datagram, size_t cookie_size, int64_t now_ms);
  /** Drops what has expired. */
  void sweep(int64_t now_ms);

  size_t size() const { return entries_.size(); }
  /** Estimated memory of the replies held. */
  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::unique_ptr<char[]> text;
    uint32_t size;
    uint32_t cookie_size;
    int64_t expires_ms;

    std::string_view datagram() const { return {text.get(), size}; }
    std::string_view cookie() const { return {text.get(), cookie_size}; }
  };

  void drop_oldest();

  const size_t max_entries_;
  const size_t max_bytes_;
  /** In order of age: all live equally long, so the first is the next to expire. */
  std::deque<Entry> queue_;
  /** By cookie: the number of an entry, counted from the first one ever. */
  std::unordered_map<std::string_view, uint64_t, CookieHash> entries_;
  uint64_t dropped_ = 0;
  size_t bytes_ = 0;
};

}  // namespace rtpp
