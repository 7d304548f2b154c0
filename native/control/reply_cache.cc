#include "control/reply_cache.h"

#include <sys/random.h>

#include <cstring>

#include "base/clock.h"

namespace rtpp {
namespace {

// FNV-1a, 64 bits.
constexpr uint64_t kPrime = 1099511628211U;
constexpr size_t kFirstBuckets = 64;

}  // namespace

size_t CookieHash::operator()(std::string_view cookie) const {
  uint64_t hash = seed;
  for (const char byte : cookie) hash = (hash ^ static_cast<uint8_t>(byte)) * kPrime;
  return hash ^ (hash >> 32);
}

CookieHash new_cookie_hash() {
  CookieHash hash;
  if (::getrandom(&hash.seed, sizeof hash.seed, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof hash.seed)) {
    hash.seed = static_cast<uint64_t>(now_ns());
  }
  return hash;
}

ReplyCache::ReplyCache(size_t max_entries, size_t max_bytes)
    : max_entries_(max_entries), max_bytes_(max_bytes), entries_(kFirstBuckets, new_cookie_hash()) {}

std::string_view ReplyCache::find(std::string_view cookie, int64_t now_ms) {
  const auto found = entries_.find(cookie);
  if (found == entries_.end()) return {};
  const Entry& entry = queue_[found->second - dropped_];
  if (entry.expires_ms > now_ms) return entry.datagram();
  sweep(now_ms);
  return {};
}

void ReplyCache::store(std::string_view datagram, size_t cookie_size, int64_t now_ms) {
  Entry entry;
  entry.text = std::make_unique<char[]>(datagram.size());
  std::memcpy(entry.text.get(), datagram.data(), datagram.size());
  entry.size = static_cast<uint32_t>(datagram.size());
  entry.cookie_size = static_cast<uint32_t>(cookie_size);
  entry.expires_ms = now_ms + kLifeMs;
  // The text stays where it is when the queue moves its entries, and the key with it.
  if (!entries_.emplace(entry.cookie(), dropped_ + queue_.size()).second) return;
  bytes_ += datagram.size() + kEntryOverhead;
  queue_.push_back(std::move(entry));
  while (queue_.size() > max_entries_ || bytes_ > max_bytes_) drop_oldest();
}

void ReplyCache::sweep(int64_t now_ms) {
  while (!queue_.empty() && queue_.front().expires_ms <= now_ms) drop_oldest();
}

void ReplyCache::drop_oldest() {
  const Entry& entry = queue_.front();
  bytes_ -= entry.size + kEntryOverhead;
  entries_.erase(entry.cookie());
  queue_.pop_front();
  ++dropped_;
}

}  // namespace rtpp
