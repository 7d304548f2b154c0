#include <sched.h>
#include <sys/socket.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "shared_io_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr int kPackets = 100;
constexpr uint32_t kMark = 7;

/** Of one address family: two interfaces, the main table leads to the inner one, table 100 to the outer one. */
struct Network {
  const char* family;
  const char* inner;
  const char* outer;
  const char* mask;
  const char* remote;
};
constexpr Network kNetworks[] = {{"-4", "10.1.0.1", "10.2.0.1", "/24", "198.51.100.5"},
                                 {"-6", "fd01::1", "fd02::1", "/64", "2001:db8::5"}};

bool run(const std::string& command) { return std::system((command + " 2>/dev/null").c_str()) == 0; }
bool ip(const Network& network, const std::string& arguments) {
  return run(std::string("ip ") + network.family + " " + arguments);
}

/** A network namespace of this process's own. Nobody answers there: packets are counted where they leave. */
bool make_network() {
  if (::unshare(CLONE_NEWNET) != 0 || !run("ip link set lo up")) return false;
  for (const char* name : {"inner", "outer"}) {
    const std::string device = name;
    if (!run("ip link add " + device + " type veth peer name far-" + device) ||
        !run("ip link set far-" + device + " up") || !run("ip link set " + device + " arp off up")) {
      return false;
    }
  }
  for (const Network& network : kNetworks) {
    const std::string flags = network.family[1] == '6' ? " nodad" : "";
    if (!ip(network, std::string("addr add ") + network.inner + network.mask + " dev inner" + flags) ||
        !ip(network, std::string("addr add ") + network.outer + network.mask + " dev outer" + flags) ||
        !ip(network, "route add default dev inner") || !ip(network, "route add default dev outer table 100") ||
        !ip(network, std::string("rule add from ") + network.outer + " lookup 100") ||
        !ip(network, "rule add fwmark " + std::to_string(kMark) + " lookup 100")) {
      return false;
    }
  }
  return true;
}

/** Packets that have left by an interface; -1 if there is none of that name. */
int64_t sent_by(const char* device) {
  std::FILE* file = std::fopen("/proc/thread-self/net/dev", "re");
  int64_t packets = -1;
  char line[512];
  const std::string wanted = std::string(device) + ":";
  while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr) {
    const std::string text = line;
    const size_t at = text.find(wanted);
    if (at == std::string::npos || text.find_first_not_of(' ') != at) continue;
    (void)std::sscanf(line + at + wanted.size(), "%*d %*d %*d %*d %*d %*d %*d %*d %*d %" SCNd64, &packets);
  }
  if (file != nullptr) std::fclose(file);
  return packets;
}

/** Which interface packets of the port to `remote` leave by. */
std::string way_of(SharedRig* rig, const SharedPort& port, const char* remote) {
  const int64_t inner = sent_by("inner");
  const int64_t outer = sent_by("outer");
  const Bytes packet(172);
  for (int i = 0; i < kPackets; ++i) rig->push(port, endpoint(remote, 4000), packet);
  rig->io->send(&rig->out);
  // The kernel has something to say of its own on new interfaces.
  const bool by_inner = sent_by("inner") - inner >= kPackets;
  const bool by_outer = sent_by("outer") - outer >= kPackets;
  return by_inner == by_outer ? "neither alone" : by_inner ? "inner" : "outer";
}

/** What a test has for itself; nothing where the system does not let us. */
struct Scene {
  Scene() : ready(made()) {
    if (ready) rig = std::make_unique<SharedRig>();
    if (ready) return;
    std::printf("skipped: no network of our own\n");
    if (std::getenv("CI") != nullptr && ::geteuid() == 0) fail(__FILE__, __LINE__, "no network namespace");
  }
  explicit operator bool() const { return rig != nullptr && static_cast<bool>(*rig); }

  static bool made() {
    static const bool once = make_network();
    return once;
  }

  const bool ready;
  std::unique_ptr<SharedRig> rig;
};

}  // namespace

TEST(rules_by_source_apply_to_what_shared_sockets_send) {
  const Scene scene;
  if (!scene) return;
  for (const Network& network : kNetworks) {
    const Context context(network.family);
    for (const char* host : {network.inner, network.outer}) {
      SharedPort port(host);
      scene.rig->attach(&port);
      CHECK((port.media.backend_bits & kPinned) == 0);
      CHECK_EQ(way_of(scene.rig.get(), port, network.remote), host == network.inner ? "inner" : "outer");
      scene.rig->close(&port);
    }
  }
  CHECK_EQ(scene.rig->io->counters().refused.get(), 0u);
}

TEST(ports_on_any_address_take_the_route_that_the_kernel_chooses) {
  const Scene scene;
  if (!scene) return;
  for (const Network& network : kNetworks) {
    const Context context(network.family);
    SharedPort port(network.family[1] == '6' ? "::" : "0.0.0.0");
    scene.rig->attach(&port);
    CHECK_EQ(way_of(scene.rig.get(), port, network.remote), "inner");
    scene.rig->close(&port);
  }
}

TEST(a_port_whose_socket_has_a_mark_sends_by_that_socket) {
  const Scene scene;
  if (!scene) return;
  for (const Network& network : kNetworks) {
    const Context context(network.family);
    SharedPort port(network.inner);
    CHECK_EQ(::setsockopt(port.media.fd, SOL_SOCKET, SO_MARK, &kMark, sizeof kMark), 0);
    scene.rig->attach(&port);
    CHECK((port.media.backend_bits & kPinned) != 0);
    CHECK_EQ(way_of(scene.rig.get(), port, network.remote), "outer");
    scene.rig->close(&port);
  }
}
