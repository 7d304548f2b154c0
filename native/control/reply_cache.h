#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "control/command_key.h"

namespace rtpp {

/**
 * Replies to commands that may be repeated (protocol.md 2.3). One for all UDP sockets of a daemon. Times are monotonic
 * milliseconds that never go back.
 */
class ReplyCache {
 public:
  /** How long a reply is repeated. */
  static constexpr int64_t kLifeMs = 35'000;
  /** Memory of an entry beside its text. */
  static constexpr size_t kEntryOverhead = 128;

  /** The oldest replies are dropped first when either bound is passed. */
  explicit ReplyCache(size_t max_entries = 262'144, size_t max_bytes = size_t{64} << 20);

  /** The datagram to repeat, cookie and reply; empty for a command that is new. Valid until the next call. */
  std::string_view find(const CommandKey& key, int64_t now_ms);
  /** Keeps the datagram that answers a new command. */
  void store(const CommandKey& key, std::string_view datagram, int64_t now_ms);
  /** Drops what has expired. */
  void sweep(int64_t now_ms);

  size_t size() const { return entries_.size(); }
  /** Estimated memory of the replies held. */
  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    /** The datagram, which begins with the cookie, and the command behind it. */
    std::unique_ptr<char[]> text;
    uint32_t size;
    uint32_t cookie_size;
    uint32_t command_size;
    int64_t expires_ms;
    size_t hash;

    std::string_view datagram() const { return {text.get(), size}; }
    CommandKey key() const { return {{text.get(), cookie_size}, {text.get() + size, command_size}, hash}; }
    size_t memory() const { return size + command_size + kEntryOverhead; }
  };

  void drop_oldest();

  const size_t max_entries_;
  const size_t max_bytes_;
  /** In order of age: all live equally long, so the first is the next to expire. */
  std::deque<Entry> queue_;
  /** The number of an entry, counted from the first one ever. */
  std::unordered_map<CommandKey, uint64_t, CommandKeyHash> entries_;
  uint64_t dropped_ = 0;
  size_t bytes_ = 0;
};

}  // namespace rtpp
