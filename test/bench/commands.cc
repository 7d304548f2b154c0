// Measures the control plane of a relay: calls of U, L and D over udp with a fixed number of commands outstanding.
//
//   commands PORT OUTSTANDING SECONDS
//
// Prints one JSON line: commands answered, per second, latency in microseconds, resent and failed commands, and calls
// that could not be ended. A command without a reply is sent again with the same cookie after 200 ms.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "load/clock.h"

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kResend = kSecond / 5;
/** For the calls that are open when the time is up. */
constexpr int64_t kDrain = 3 * kSecond;
constexpr size_t kMaxReply = 1024;
/** Cookies have the process in them: of one run after another, a daemon may know cookies alone and repeat replies. */
const char* const kForms[] = {"%zu.%d.%d U b%d-%zu-%d 127.0.0.1 4000 from",
                              "%zu.%d.%d L b%d-%zu-%d 127.0.0.1 4002 from to", "%zu.%d.%d D b%d-%zu-%d from to"};
constexpr int kSteps = 3;

/** One of the calls that go on at the same time: its commands follow one another. */
struct Lane {
  int call = 0;
  int step = 0;
  bool idle = true;
  int64_t sent_ns = 0;
  int64_t resend_ns = 0;
  /** The first token is the cookie: lane, a number and the process, so that a reply finds its lane. */
  std::string datagram;
};

class Bench {
 public:
  Bench(int fd, size_t lanes) : fd_(fd), lanes_(lanes) { latencies_us_.reserve(1 << 20); }

  void run(int64_t duration) {
    end_ns_ = load::now_ns() + duration;
    for (size_t i = 0; i < lanes_.size(); ++i) begin(i);
    while (busy_ > 0 && load::now_ns() < end_ns_ + kDrain) {
      pollfd ready{fd_, POLLIN, 0};
      if (poll(&ready, 1, 50) > 0) receive();
      resend();
    }
  }

  void report(double seconds) {
    std::sort(latencies_us_.begin(), latencies_us_.end());
    const size_t count = latencies_us_.size();
    const auto at = [&](double share) {
      return count == 0 ? 0.0F : latencies_us_[static_cast<size_t>(share * static_cast<double>(count - 1))];
    };
    std::printf(
        "{\"commands\":%zu,\"perSecond\":%.0f,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f,\"resent\":%d,\"failed\":%d,"
        "\"unended\":%d}\n",
        count, static_cast<double>(count) / seconds, at(0.5), at(0.99), at(1), resent_, failed_, busy_);
  }

 private:
  void begin(size_t index) {
    lanes_[index].idle = false;
    ++busy_;
    command(index);
  }

  void command(size_t index) {
    Lane& lane = lanes_[index];
    char text[160];
    const int number = lane.call * kSteps + lane.step;
    std::snprintf(text, sizeof text, kForms[lane.step], index, number, getpid(), getpid(), index, lane.call);
    lane.datagram = text;
    lane.sent_ns = load::now_ns();
    transmit(&lane);
  }

  void transmit(Lane* lane) {
    lane->resend_ns = load::now_ns() + kResend;
    (void)!send(fd_, lane->datagram.data(), lane->datagram.size(), 0);
  }

  void receive() {
    char reply[kMaxReply];
    ssize_t size;
    while ((size = recv(fd_, reply, sizeof reply - 1, MSG_DONTWAIT)) > 0) {
      reply[size] = 0;
      const size_t index = std::strtoul(reply, nullptr, 10);
      if (index >= lanes_.size() || lanes_[index].idle) continue;
      const std::string& datagram = lanes_[index].datagram;
      const size_t cookie = datagram.find(' ') + 1;
      // Another cookie: a second reply to a command that was sent twice.
      if (static_cast<size_t>(size) > cookie && datagram.compare(0, cookie, reply, cookie) == 0) {
        answered(index, reply[cookie] == 'E');
      }
    }
  }

  void answered(size_t index, bool failed) {
    Lane& lane = lanes_[index];
    const int64_t now = load::now_ns();
    if (now < end_ns_) latencies_us_.push_back(static_cast<float>(now - lane.sent_ns) / 1000);
    if (failed) ++failed_;
    lane.step = (lane.step + 1) % kSteps;
    if (lane.step == 0) ++lane.call;
    if (lane.step == 0 && now >= end_ns_) {
      lane.idle = true;
      --busy_;
    } else {
      command(index);
    }
  }

  void resend() {
    const int64_t now = load::now_ns();
    for (Lane& lane : lanes_) {
      if (lane.idle || now < lane.resend_ns) continue;
      ++resent_;
      transmit(&lane);
    }
  }

  const int fd_;
  std::vector<Lane> lanes_;
  std::vector<float> latencies_us_;
  int64_t end_ns_ = 0;
  int busy_ = 0;
  int resent_ = 0;
  int failed_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: commands PORT OUTSTANDING SECONDS\n");
    return 2;
  }
  const int seconds = std::clamp(std::atoi(argv[3]), 1, 60);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in daemon{};
  daemon.sin_family = AF_INET;
  daemon.sin_port = htons(static_cast<uint16_t>(std::atoi(argv[1])));
  daemon.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&daemon), sizeof daemon) != 0) {
    std::perror("commands");
    return 1;
  }
  Bench bench(fd, static_cast<size_t>(std::clamp(std::atoi(argv[2]), 1, 1024)));
  bench.run(seconds * kSecond);
  bench.report(seconds);
  return 0;
}
