// Sets up and deletes calls in some relays at a steady pace over udp, each of them 300 commands a second.
//
//   paced-commands SECONDS PORT...
//
// Prints `ready`, and then one JSON line with an entry for each relay: milliseconds from each command until its reply
// was in the socket, by the kernel's clock (when this program woke up is not in it), and commands without a reply.
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

constexpr int64_t kSlot = load::kSecondNs / 300;
/** For the last replies. */
constexpr int64_t kDrain = load::kSecondNs / 2;
const char* const kForms[] = {"%d_%zu U paced-%d-%zu 127.0.0.1 9 from", "%d_%zu L paced-%d-%zu 127.0.0.1 9 from to",
                              "%d_%zu D paced-%d-%zu from to"};
constexpr size_t kSteps = std::size(kForms);

/** The clock of SO_TIMESTAMPNS. */
int64_t now_ns() { return load::clock_ns(CLOCK_REALTIME); }

/** A udp socket to that port; -1: errno. */
int connected(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const int on = 1;
  sockaddr_in daemon{};
  daemon.sin_family = AF_INET;
  daemon.sin_port = htons(port);
  daemon.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool done = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0 &&
                    connect(fd, reinterpret_cast<const sockaddr*>(&daemon), sizeof daemon) == 0;
  return done ? fd : -1;
}

/** The commands of one relay. */
class Commands {
 public:
  Commands(int fd, size_t count) : fd_(fd), sent_ns_(count), took_ns_(count) {}

  int fd() const { return fd_; }

  void send(size_t number) {
    char text[160];
    const int size =
        std::snprintf(text, sizeof text, kForms[number % kSteps], getpid(), number, getpid(), number / kSteps);
    sent_ns_[number] = now_ns();
    (void)!::send(fd_, text, static_cast<size_t>(size), 0);
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
    const char* text = std::strchr(reply, '_');
    const size_t number = text == nullptr ? took_ns_.size() : std::strtoul(text + 1, nullptr, 10);
    if (number < took_ns_.size() && took_ns_[number] == 0) {
      took_ns_[number] = load::to_ns(arrived) - sent_ns_[number];
    }
  }

  void report() const {
    std::printf("{\"times\":[");
    for (const char* comma = ""; const int64_t took : took_ns_) {
      if (took == 0) continue;
      std::printf("%s%.4f", comma, static_cast<double>(took) / 1e6);
      comma = ",";
    }
    std::printf("],\"unanswered\":%zu}", static_cast<size_t>(std::ranges::count(took_ns_, 0)));
  }

 private:
  const int fd_;
  std::vector<int64_t> sent_ns_;
  /** 0 while there is no reply. */
  std::vector<int64_t> took_ns_;
};

void receive_until(std::vector<Commands>* relays, int64_t end_ns) {
  std::vector<pollfd> ready;
  for (const Commands& relay : *relays) ready.push_back({relay.fd(), POLLIN, 0});
  for (int64_t left; (left = end_ns - now_ns()) > 0;) {
    const timespec limit{left / load::kSecondNs, left % load::kSecondNs};
    if (ppoll(ready.data(), ready.size(), &limit, nullptr) <= 0) continue;
    for (size_t i = 0; i < ready.size(); ++i) {
      if (ready[i].revents != 0) (*relays)[i].receive();
    }
  }
}

struct Due {
  int64_t ns;
  size_t relay;
};

void run(std::vector<Commands>* relays, size_t count) {
  std::minstd_rand random;
  std::uniform_int_distribution<int64_t> within(0, kSlot - 1);
  std::vector<Due> slot(relays->size());
  const int64_t start = now_ns();
  for (size_t number = 0; number < count; ++number) {
    // Not in step with the timers of the relays, and each as often before another one as behind it.
    for (size_t i = 0; i < slot.size(); ++i)
      slot[i] = {start + static_cast<int64_t>(number) * kSlot + within(random), i};
    std::ranges::sort(slot, {}, &Due::ns);
    for (const Due& due : slot) {
      receive_until(relays, due.ns);
      (*relays)[due.relay].send(number);
    }
  }
  receive_until(relays, now_ns() + kDrain);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: paced-commands SECONDS PORT...\n");
    return 2;
  }
  const auto count = static_cast<size_t>(std::clamp(std::atoi(argv[1]), 1, 600) * (load::kSecondNs / kSlot));
  std::vector<Commands> relays;
  for (int i = 2; i < argc; ++i) {
    const int fd = connected(static_cast<uint16_t>(std::atoi(argv[i])));
    if (fd < 0) {
      std::perror("paced-commands");
      return 1;
    }
    relays.emplace_back(fd, count);
  }
  std::puts("ready");
  std::fflush(stdout);
  run(&relays, count);
  for (const char* before = "{\"relays\":["; const Commands& relay : relays) {
    std::fputs(before, stdout);
    relay.report();
    before = ",";
  }
  std::puts("]}");
  return 0;
}
