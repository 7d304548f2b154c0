#include "control/reply_cache.h"

#include <cstring>

namespace rtpp {
namespace {

constexpr size_t kFirstBuckets = 64;

}  // namespace

ReplyCache::ReplyCache(size_t max_entries, size_t max_bytes)
    : max_entries_(max_entries), max_bytes_(max_bytes), entries_(kFirstBuckets) {}

std::string_view ReplyCache::find(const CommandKey& key, int64_t now_ms) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return {};
  const Entry& entry = queue_[found->second - dropped_];
  if (entry.expires_ms > now_ms) return entry.datagram();
  sweep(now_ms);
  return {};
}

void ReplyCache::store(const CommandKey& key, std::string_view datagram, int64_t now_ms) {
  Entry entry;
  entry.text = std::make_unique<char[]>(datagram.size() + key.command.size());
  std::memcpy(entry.text.get(), datagram.data(), datagram.size());
  std::memcpy(entry.text.get() + datagram.size(), key.command.data(), key.command.size());
  entry.size = static_cast<uint32_t>(datagram.size());
  entry.cookie_size = static_cast<uint32_t>(key.cookie.size());
  entry.command_size = static_cast<uint32_t>(key.command.size());
  entry.hash = key.hash;
  entry.expires_ms = now_ms + kLifeMs;
  // The text stays where it is when the queue moves its entries, and the key with it.
  if (!entries_.emplace(entry.key(), dropped_ + queue_.size()).second) return;
  bytes_ += entry.memory();
  queue_.push_back(std::move(entry));
  while (queue_.size() > max_entries_ || bytes_ > max_bytes_) drop_oldest();
}

void ReplyCache::sweep(int64_t now_ms) {
  while (!queue_.empty() && queue_.front().expires_ms <= now_ms) drop_oldest();
}

void ReplyCache::drop_oldest() {
  const Entry& entry = queue_.front();
  bytes_ -= entry.memory();
  entries_.erase(entry.key());
  queue_.pop_front();
  ++dropped_;
}

}  // namespace rtpp
