// Sets up and deletes calls at a steady pace over udp, one command in each third of a hundredth of a second.
//
//   paced-commands PORT SECONDS
//
// Prints `ready`, and then one JSON line: milliseconds from each command until its reply was in the socket, by the
// kernel's clock (when this program woke up is not in it), and commands without a reply.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "../load/clock.h"

namespace {

constexpr int kRate = 300;
/** For the last replies. */
constexpr int64_t kDrain = load::kSecondNs / 2;
const char* const kForms[] = {"%d_%zu U paced-%d-%zu 127.0.0.1 9 from", "%d_%zu L paced-%d-%zu 127.0.0.1 9 from to",
                              "%d_%zu D paced-%d-%zu from to"};
constexpr size_t kSteps = std::size(kForms);

/** The clock of SO_TIMESTAMPNS. */
int64_t now_ns() { return load::clock_ns(CLOCK_REALTIME); }

class PacedCommands {
 public:
  PacedCommands(int fd, size_t count) : fd_(fd), sent_ns_(count), took_ns_(count) {}

  void run() {
    // Not in step with the timers of the daemon, and the same in every run.
    std::minstd_rand random;
    std::uniform_int_distribution<int64_t> within(0, load::kSecondNs / kRate - 1);
    const int64_t start = now_ns();
    for (size_t i = 0; i < sent_ns_.size(); ++i) {
      receive_until(start + static_cast<int64_t>(i) * (load::kSecondNs / kRate) + within(random));
      command(i);
    }
    receive_until(now_ns() + kDrain);
  }

  void report() const {
    size_t unanswered = 0;
    std::printf("{\"times\":[");
    for (const char* comma = ""; const int64_t took : took_ns_) {
      if (took == 0) {
        ++unanswered;
        continue;
      }
      std::printf("%s%.4f", comma, static_cast<double>(took) / 1e6);
      comma = ",";
    }
    std::printf("],\"unanswered\":%zu}\n", unanswered);
  }

 private:
  void command(size_t index) {
    char text[160];
    const int size =
        std::snprintf(text, sizeof text, kForms[index % kSteps], getpid(), index, getpid(), index / kSteps);
    sent_ns_[index] = now_ns();
    (void)!send(fd_, text, static_cast<size_t>(size), 0);
  }

  void receive_until(int64_t end_ns) {
    for (int64_t left; (left = end_ns - now_ns()) > 0;) {
      pollfd ready{fd_, POLLIN, 0};
      const timespec limit{left / load::kSecondNs, left % load::kSecondNs};
      if (ppoll(&ready, 1, &limit, nullptr) > 0) receive();
    }
  }

  void receive() {
    char reply[1024];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(timespec))];
    iovec data{reply, sizeof reply - 1};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t size = recvmsg(fd_, &message, MSG_DONTWAIT);
    const cmsghdr* header = size > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (header == nullptr || header->cmsg_type != SCM_TIMESTAMPNS) return;
    reply[size] = 0;
    timespec arrived;
    std::memcpy(&arrived, CMSG_DATA(header), sizeof arrived);
    const char* number = std::strchr(reply, '_');
    const size_t index = number == nullptr ? took_ns_.size() : std::strtoul(number + 1, nullptr, 10);
    if (index < took_ns_.size() && took_ns_[index] == 0) took_ns_[index] = load::to_ns(arrived) - sent_ns_[index];
  }

  const int fd_;
  std::vector<int64_t> sent_ns_;
  /** 0 while there is no reply. */
  std::vector<int64_t> took_ns_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: paced-commands PORT SECONDS\n");
    return 2;
  }
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const int on = 1;
  sockaddr_in daemon{};
  daemon.sin_family = AF_INET;
  daemon.sin_port = htons(static_cast<uint16_t>(std::atoi(argv[1])));
  daemon.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0 ||
      connect(fd, reinterpret_cast<const sockaddr*>(&daemon), sizeof daemon) != 0) {
    std::perror("paced-commands");
    return 1;
  }
  PacedCommands commands(fd, static_cast<size_t>(std::clamp(std::atoi(argv[2]), 1, 600)) * kRate);
  std::puts("ready");
  std::fflush(stdout);
  commands.run();
  commands.report();
  return 0;
}
