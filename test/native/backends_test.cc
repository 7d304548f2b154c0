#include "io/backends.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>

#include "check.h"
#include "io/media_socket.h"
#include "udp_peer.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

/** A port that was free a moment ago. */
Endpoint free_port() { return UdpPeer().address(); }

/** Opens the port, hands it to the worker and closes it; what is left of its socket. */
Fd open_and_close(IoBackend* backend, PacketIo* worker, const Endpoint& local) {
  Fd socket;
  CHECK_EQ(backend->open_port(local, kNoTos, &socket), 0);
  MediaPort port;
  port.local = local;
  port.fd = socket.release();
  CHECK_EQ(worker->attach(&port), 0);
  Fd left = worker->close(&port);
  CHECK(!port.open());
  return left;
}

bool free_to_bind(const Endpoint& local) {
  Fd socket;
  return create_media_socket(local, true, &socket) == 0;
}

}  // namespace

TEST(a_backend_is_taken_by_its_name) {
  IoFailure refusal;
  const auto backend = create_backend("sockets", 2, &refusal);
  CHECK(backend != nullptr);
  CHECK(backend->name() == std::string("sockets"));
  CHECK_EQ(std::string(refusal.what), "");
  CHECK_EQ(refusal.error, 0);
  CHECK(create_backend("carrier pigeon", 1, &refusal) == nullptr);
  CHECK_EQ(refusal.error, EINVAL);
}

TEST(something_works_everywhere) {
  IoFailure refusal;
  const auto backend = create_backend(kAutoBackend, 1, &refusal);
  CHECK(backend != nullptr);
  // Who does not get the best one is told why.
  CHECK_EQ(backend->name() == std::string("shared"), refusal.error == 0);
}

// As a user without rights: a child, since they cannot be had back.
TEST(who_may_not_have_the_best_one_is_told_so) {
  constexpr uid_t kNobody = 65534;
  if (::geteuid() != 0) return;  // then the test before was it
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresuid(kNobody, kNobody, kNobody) != 0) ::_exit(1);
    IoFailure refusal;
    const auto backend = create_backend(kAutoBackend, 1, &refusal);
    const bool told = refusal.error != 0 && *refusal.what != '\0' && refusal.backend == std::string("shared");
    ::_exit(backend != nullptr && backend->name() == std::string("sockets") && told ? 0 : 1);
  }
  int status = 0;
  CHECK_EQ(::waitpid(child, &status, 0), child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(a_port_goes_round) {
  for (const char* name : {"sockets", kAutoBackend}) {
    const Context context(name);
    IoFailure refusal;
    const auto backend = create_backend(name, 1, &refusal);
    const auto worker = backend->take_worker(0);
    for (int i = 0; i < 3; ++i) {
      const Endpoint local = free_port();
      backend->give_back(open_and_close(backend.get(), worker.get(), local), local.family);
      CHECK(free_to_bind(local));
    }
    backend->release_sockets();
  }
}

TEST(sockets_that_were_used_are_not_used_again) {
  IoFailure refusal;
  const auto backend = create_backend("sockets", 1, &refusal);
  const auto worker = backend->take_worker(0);
  CHECK(backend->socket_reuse({35'000, 65'000}).state == Reuse::kBackend);
  const Endpoint local = free_port();
  CHECK(!open_and_close(backend.get(), worker.get(), local).valid());
  CHECK(free_to_bind(local));
}

TEST(a_taken_port_is_refused) {
  for (const char* name : {"sockets", kAutoBackend}) {
    const Context context(name);
    IoFailure refusal;
    const auto backend = create_backend(name, 1, &refusal);
    const UdpPeer taken;
    Fd socket;
    CHECK_EQ(backend->open_port(taken.address(), kNoTos, &socket), EADDRINUSE);
    CHECK(!socket.valid());
  }
}

TEST(the_tos_byte_of_an_open_port_changes) {
  for (const char* name : {"sockets", kAutoBackend}) {
    const Context context(name);
    IoFailure refusal;
    const auto backend = create_backend(name, 1, &refusal);
    const auto worker = backend->take_worker(0);
    const UdpPeer peer;
    MediaPort port;
    port.local = free_port();
    port.tos = 184;
    Fd socket;
    CHECK_EQ(backend->open_port(port.local, port.tos, &socket), 0);
    port.fd = socket.release();
    CHECK_EQ(worker->attach(&port), 0);
    const auto sent_tos = [&] {
      static constexpr uint8_t kByte = 7;
      TxBatch batch;
      batch.push({&kByte, 1, port.fd, peer.address(), &port});
      worker->send(&batch);
      return peer.receive_tos();
    };
    CHECK_EQ(sent_tos(), 184);
    worker->set_tos(&port, 96);
    CHECK_EQ(sent_tos(), 96);
    (void)worker->close(&port);
  }
}
