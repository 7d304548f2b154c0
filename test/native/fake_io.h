#pragma once

#include <cstring>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "io/packet_io.h"
#include "rtp_bytes.h"
#include "wait.h"

namespace rtpp::test {

/** Packet input and output without sockets: the test says what comes in and sees what goes out. Any thread. */
class FakeIo : public PacketIo {
 public:
  struct Sent {
    Bytes bytes;
    int fd;
    Endpoint dest;
  };

  int attach(MediaPort* port) override {
    const std::lock_guard lock(mutex_);
    if (attach_error_ == 0) attached_.push_back(port);
    return attach_error_;
  }
  Fd close(MediaPort* port) override {
    const std::lock_guard lock(mutex_);
    std::erase(attached_, port);
    ::close(std::exchange(port->fd, -1));
    return Fd();
  }
  void set_tos(MediaPort* port, uint8_t tos) override { port->tos = tos; }
  void receive(RxBatch* batch, int64_t deadline_ns) override {
    batch->count = 0;
    while (!fill(batch) && now_ns() < deadline_ns) sleep_ms(1);
  }
  void send(TxBatch* batch) override {
    const std::lock_guard lock(mutex_);
    ++flushes_;
    for (size_t i = 0; i < batch->count; ++i) {
      const TxPacket& packet = batch->packets[i];
      if (refusing_ != 0 && packet.dest == refused_) {
        refuse(packet, refusing_);
        continue;
      }
      sent_.push_back({Bytes(packet.data, packet.data + packet.len), packet.fd, packet.dest});
    }
    batch->count = 0;
  }
  void pause(int64_t until_ns) override {
    const std::lock_guard lock(mutex_);
    paused_.push_back(until_ns - now_ns());
  }
  void wake() override {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }

  /** From now on packets to this address are not sent. */
  void refuse_to(const Endpoint& dest, int error) {
    const std::lock_guard lock(mutex_);
    refused_ = dest;
    refusing_ = error;
  }
  /** Comes in with the next batch. */
  void inject(MediaPort* port, const Endpoint& source, const Bytes& bytes) {
    const std::lock_guard lock(mutex_);
    queue_.push_back({port, source, bytes});
  }
  /** Comes while the worker has the next batch in hand. */
  void inject_late(MediaPort* port, const Endpoint& source, const Bytes& bytes) {
    const std::lock_guard lock(mutex_);
    late_.push_back({port, source, bytes});
  }
  /** While it is held the worker stays in `receive`; what happens meanwhile comes to it in one pass. */
  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
  }
  /** The worker has come to the hold. */
  bool holding() {
    const std::lock_guard lock(mutex_);
    return holding_;
  }
  void fail_attach(int error) {
    const std::lock_guard lock(mutex_);
    attach_error_ = error;
  }
  std::vector<MediaPort*> attached() {
    const std::lock_guard lock(mutex_);
    return attached_;
  }
  /** How long each pause was to last, nanoseconds. */
  std::vector<int64_t> paused() {
    const std::lock_guard lock(mutex_);
    return paused_;
  }
  std::vector<Sent> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  /** How often packets were sent, however many at once. */
  int flushes() {
    const std::lock_guard lock(mutex_);
    return flushes_;
  }

 private:
  struct Received {
    MediaPort* port;
    Endpoint source;
    Bytes bytes;
  };

  /** True when `receive` is to return. */
  bool fill(RxBatch* batch) {
    const std::lock_guard lock(mutex_);
    holding_ = held_;
    if (held_ || (queue_.empty() && !woken_)) return false;
    woken_ = false;
    for (; !queue_.empty() && batch->count < kBatch; queue_.pop_front()) {
      const Received& next = queue_.front();
      uint8_t* data = batch->buffer(batch->count);
      if (!next.bytes.empty()) std::memcpy(data, next.bytes.data(), next.bytes.size());
      RxPacket& packet = batch->packets[batch->count++];
      packet = {};
      packet.data = data;
      packet.len = static_cast<uint32_t>(next.bytes.size());
      packet.source = next.source;
      packet.port = next.port;
    }
    for (; !late_.empty(); late_.pop_front()) queue_.push_back(late_.front());
    return true;
  }

  std::mutex mutex_;
  std::deque<Received> queue_;
  std::deque<Received> late_;
  std::vector<MediaPort*> attached_;
  std::vector<Sent> sent_;
  int flushes_ = 0;
  std::vector<int64_t> paused_;
  int attach_error_ = 0;
  Endpoint refused_;
  int refusing_ = 0;
  bool held_ = false;
  bool holding_ = false;
  bool woken_ = false;
};

}  // namespace rtpp::test
