#include "control/request_book.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rtpp {
namespace {

/** An id is generation * kSlots + slot. */
constexpr uint32_t kSlots = RequestBook::kMaxRequests;
constexpr uint32_t kGenerations = (uint32_t{1} << 31) / kSlots;
constexpr size_t kFirstBuckets = 64;

/** Who a datagram came from, as an IPv4 client of a dual-stack socket is known. */
void describe(const ControlPeer& peer, ControlRequest* out) {
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const Endpoint from = Endpoint::from_sockaddr(peer.sockaddress());
  out->family = from.family;
  out->port = from.port;
  std::memcpy(out->ip.data(), from.ip, sizeof out->ip);
  if (from.family != 6 || std::memcmp(from.ip, kMapped, sizeof kMapped) != 0) return;
  out->family = 4;
  out->ip = {};
  std::memcpy(out->ip.data(), from.ip + sizeof kMapped, 4);
}

}  // namespace

void ControlOutbox::add(const ControlPeer& peer, std::string_view text) {
  items.push_back({peer, bytes.size(), text.size()});
  bytes.append(text);
}

RequestBook::RequestBook() : running_(kFirstBuckets) {}

void RequestBook::answer_versions(std::string base, std::vector<std::string> dates) {
  base_version_ = std::move(base);
  dates_ = std::move(dates);
}

void RequestBook::arrived(std::string_view bytes, const ControlPeer& peer, int64_t now_ms, ControlOutbox* out) {
  const ControlDatagram datagram = split_datagram(bytes);
  CommandKey key;
  if (!datagram.cookie.empty()) {
    key = keys_.of(datagram);
    if (const std::string_view known = cache_.find(key, now_ms); !known.empty()) {
      figures_.repeated += 1;
      out->add(peer, known);
      return;
    }
    if (const auto running = running_.find(key); running != running_.end()) {
      if (full()) return;
      figures_.repeated += 1;
      ++unanswered_;
      requests_[running->second].repeats.push_back(peer);
      return;
    }
    if (answer_version(key, peer, now_ms, out)) return;
  }
  if (!full()) enqueue(datagram, key, peer);
}

bool RequestBook::answer_version(const CommandKey& key, const ControlPeer& peer, int64_t now_ms, ControlOutbox* out) {
  if (base_version_.empty()) return false;
  std::string_view date;
  std::string_view text;
  switch (version_question(key.command, &date)) {
    case VersionQuestion::kNone:
      return false;
    case VersionQuestion::kBase:
      text = base_version_;
      break;
    case VersionQuestion::kFeature:
      text = std::find(dates_.begin(), dates_.end(), date) != dates_.end() ? "1\n" : "0\n";
      break;
  }
  figures_.answered += 1;
  std::string_view whole;
  answer(key, text, now_ms, &whole);
  out->add(peer, whole);
  return true;
}

bool RequestBook::full() {
  if (unanswered_ < kMaxRequests && queued_bytes_ < kMaxQueued) return false;
  figures_.dropped += 1;
  return true;
}

void RequestBook::enqueue(const ControlDatagram& datagram, const CommandKey& key, const ControlPeer& peer) {
  uint32_t slot = static_cast<uint32_t>(requests_.size());
  if (free_.empty()) {
    requests_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Request& request = requests_[slot];
  request.generation = (request.generation + 1) % kGenerations;
  request.open = true;
  request.cookie = datagram.cookie;
  request.command = datagram.command;
  request.peer = peer;
  if (!request.cookie.empty()) {
    // A deque keeps its elements in place, so the key stays valid.
    request.key = {request.cookie, trim_separators(request.command), key.hash};
    running_.emplace(request.key, slot);
  }
  queue_.push_back(slot);
  queued_bytes_ += request.command.size();
  ++unanswered_;
}

size_t RequestBook::take(uint8_t* buffer, size_t room, ControlRequest* out, size_t max) {
  size_t count = 0;
  size_t used = 0;
  while (count < max && !queue_.empty()) {
    const uint32_t slot = queue_.front();
    Request& request = requests_[slot];
    const size_t size = request.command.size();
    if (used + size > room) break;
    queue_.pop_front();
    queued_bytes_ -= size;
    std::memcpy(buffer + used, request.command.data(), size);
    ControlRequest& taken = out[count++];
    taken.id = static_cast<int32_t>(request.generation * kSlots + slot);
    taken.socket = request.peer.socket;
    taken.offset = static_cast<int32_t>(used);
    taken.size = static_cast<int32_t>(size);
    const size_t prefix = request.cookie.empty() ? 0 : request.cookie.size() + 1;
    taken.room = static_cast<int32_t>(kMaxReply - prefix);
    describe(request.peer, &taken);
    used += size;
  }
  return count;
}

void RequestBook::reply(int32_t id, std::string_view text, int64_t now_ms, ControlOutbox* out) {
  if (id < 0) return;
  const uint32_t slot = static_cast<uint32_t>(id) % kSlots;
  if (slot >= requests_.size()) return;
  Request& request = requests_[slot];
  if (!request.open || request.generation != static_cast<uint32_t>(id) / kSlots) return;
  if (text.empty()) {
    release(slot);
    return;
  }
  std::string_view whole = text.substr(0, kMaxReply);
  if (!request.cookie.empty()) answer(request.key, text, now_ms, &whole);
  out->add(request.peer, whole);
  for (const ControlPeer& peer : request.repeats) out->add(peer, whole);
  release(slot);
}

void RequestBook::answer(const CommandKey& key, std::string_view text, int64_t now_ms, std::string_view* datagram) {
  scratch_.assign(key.cookie);
  scratch_ += ' ';
  scratch_.append(text.substr(0, kMaxReply - scratch_.size()));
  cache_.store(key, scratch_, now_ms);
  *datagram = scratch_;
}

void RequestBook::release(uint32_t slot) {
  Request& request = requests_[slot];
  if (!request.cookie.empty()) running_.erase(request.key);
  unanswered_ -= 1 + request.repeats.size();
  request.repeats.clear();
  request.open = false;
  // The memory of a usual command is kept, that of a long one is not.
  if (request.command.capacity() > kMaxReply) request.command = {};
  if (request.cookie.capacity() > kMaxReply) request.cookie = {};
  free_.push_back(slot);
}

void RequestBook::forget(ControlSocketId socket) {
  std::deque<uint32_t> others;
  for (const uint32_t slot : queue_) {
    if (requests_[slot].peer.socket != socket) {
      others.push_back(slot);
      continue;
    }
    queued_bytes_ -= requests_[slot].command.size();
    release(slot);
  }
  queue_ = std::move(others);
}

ControlFigures RequestBook::figures() const {
  ControlFigures figures = figures_;
  figures.cached = static_cast<double>(cache_.size());
  figures.cached_bytes = static_cast<double>(cache_.bytes());
  return figures;
}

}  // namespace rtpp
