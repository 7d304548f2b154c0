#include "engine/tap.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "check.h"
#include "engine/admission.h"
#include "engine/relay.h"
#include "engine/session.h"

using namespace rtpp;

namespace {

/** Keeps what is sent. */
class FakeIo : public PacketIo {
 public:
  int attach(MediaPort*) override { return 0; }
  Fd close(MediaPort*) override { return Fd(); }
  void set_tos(MediaPort*, uint8_t) override {}
  void receive(RxBatch*, int64_t) override {}
  void send(TxBatch* batch) override {
    for (size_t i = 0; i < batch->count; ++i) sent.push_back(batch->packets[i]);
    batch->count = 0;
  }
  void pause(int64_t) override {}
  void wake() override {}

  std::vector<TxPacket> sent;
};

class NoListener : public WriterListener {
 public:
  void reports_pending() override {}
};

Endpoint v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
  Endpoint endpoint;
  endpoint.family = 4;
  endpoint.ip[0] = a;
  endpoint.ip[1] = b;
  endpoint.ip[2] = c;
  endpoint.ip[3] = d;
  endpoint.port = port;
  return endpoint;
}

/** A worker's taps, two streams of a call, and a pcap file in memory. */
struct Rig {
  Rig() : writer(1, &listener), taps(&io, &admission), memory(::memfd_create("recording", MFD_CLOEXEC)) {
    in.port.local = v4(10, 0, 0, 1, 40002);
    in.tap.addresses = &addresses[0];
    out.tap.addresses = &addresses[1];
    out.port.local = v4(10, 0, 0, 1, 40000);
    out.latch.remote = v4(10, 0, 0, 9, 6000);
  }

  RecordFile* open_file() {
    RecordFile* file = nullptr;
    CHECK_EQ(writer.add(0, Fd(::dup(memory.get())), RecordFormat::kPcap, &file), 0);
    return file;
  }

  void pass(const Endpoint& local = {}) {
    static const uint8_t kData[4] = {1, 2, 3, 4};
    taps.packet(&in, out, {kData, sizeof kData, v4(10, 0, 0, 5, 5000), local, 1.5});
  }

  /** Source and destination of each recorded packet, as `a.b.c.d:port > a.b.c.d:port`. */
  std::vector<std::string> recorded() {
    CHECK(writer.stop());
    struct stat info;
    CHECK_EQ(::fstat(memory.get(), &info), 0);
    std::vector<uint8_t> bytes(static_cast<size_t>(info.st_size));
    CHECK_EQ(::pread(memory.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    std::vector<std::string> all;
    for (size_t at = 24; at < bytes.size(); at += 62) {
      const uint8_t* ip = bytes.data() + at + 30;
      all.push_back(end(ip + 12, ip + 20) + " > " + end(ip + 16, ip + 22));
    }
    return all;
  }

  static std::string end(const uint8_t* ip, const uint8_t* port) {
    std::string text;
    for (int i = 0; i < 4; ++i) text += (i == 0 ? "" : ".") + std::to_string(ip[i]);
    return text + ":" + std::to_string(port[0] << 8 | port[1]);
  }

  NoListener listener;
  Writer writer;
  FakeIo io;
  WorkerCounters counters;
  EventRing ring;
  Reporter reporter{&ring, false};
  Admission admission{&counters, &reporter};
  Taps taps;
  Fd memory;
  TapAddresses addresses[2];
  Stream in;
  Stream out;
};

/** A descriptor that tells whether it is still open. */
int open_socket() { return ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); }
bool is_open(int fd) {
  struct stat info;
  return ::fstat(fd, &info) == 0;
}

}  // namespace

TEST(a_stream_without_tap) {
  Rig rig;
  CHECK(!rig.in.tap.active());
  Taps::stop(&rig.in);
  CHECK(!rig.in.tap.active());
}

TEST(records_what_comes_and_where) {
  Rig rig;
  Taps::record(&rig.in, rig.open_file(), false);
  CHECK(rig.in.tap.active());
  rig.pass();
  rig.pass(v4(10, 0, 0, 77, 0));
  const std::vector<std::string> all = rig.recorded();
  CHECK_EQ(all.size(), 2u);
  for (const std::string& ends : all) CHECK_EQ(ends, std::string("10.0.0.5:5000 > 10.0.0.1:40002"));
  CHECK_EQ(rig.io.sent.size(), 0u);
}

TEST(on_a_wildcard_port_the_packet_tells_the_address) {
  Rig rig;
  rig.in.port.local = v4(0, 0, 0, 0, 40002);
  Taps::record(&rig.in, rig.open_file(), false);
  rig.pass();
  rig.pass(v4(10, 0, 0, 77, 0));
  const std::vector<std::string> all = rig.recorded();
  CHECK_EQ(all.size(), 2u);
  CHECK_EQ(all[0], std::string("10.0.0.5:5000 > 0.0.0.0:40002"));
  CHECK_EQ(all[1], std::string("10.0.0.5:5000 > 10.0.0.77:40002"));
}

TEST(as_sent_shows_the_other_side) {
  Rig rig;
  Taps::record(&rig.in, rig.open_file(), true);
  rig.pass();
  rig.out.latch.remote = Endpoint{};
  rig.pass();
  rig.out.port.local = v4(0, 0, 0, 0, 40000);
  rig.pass();
  rig.out.latch.remote = v4(127, 0, 0, 1, 6000);
  rig.pass();
  rig.out.latch.remote = v4(127, 0, 0, 1, 6002);
  rig.pass();
  const std::vector<std::string> all = rig.recorded();
  CHECK_EQ(all.size(), 5u);
  CHECK_EQ(all[0], std::string("10.0.0.1:40000 > 10.0.0.9:6000"));
  CHECK_EQ(all[1], std::string("10.0.0.1:40000 > 0.0.0.0:0"));
  CHECK_EQ(all[2], std::string("0.0.0.0:40000 > 0.0.0.0:0"));
  CHECK_EQ(all[3], std::string("127.0.0.1:40000 > 127.0.0.1:6000"));
  CHECK_EQ(all[4], std::string("127.0.0.1:40000 > 127.0.0.1:6002"));
}

TEST(a_file_ends_with_its_last_stream) {
  Rig rig;
  RecordFile* file = rig.open_file();
  const uint32_t id = file->id;
  Taps::record(&rig.in, file, false);
  Taps::record(&rig.out, file, false);
  Taps::stop(&rig.out);
  rig.pass();
  Taps::stop(&rig.in);
  CHECK(rig.writer.stop());
  RecordReport report;
  CHECK(rig.writer.next_report(&report));
  CHECK_EQ(report.file, id);
  CHECK(report.kind == RecordNews::kClosed);
  CHECK_EQ(report.written, 1u);
  CHECK(rig.writer.find(id) == nullptr);
}

TEST(copies_go_out_at_the_flush_and_apart) {
  Rig rig;
  const int fd = open_socket();
  Taps::copy(&rig.in, fd, v4(10, 1, 1, 1, 7000));
  rig.pass();
  rig.pass();
  CHECK_EQ(rig.io.sent.size(), 0u);
  rig.taps.flush();
  CHECK_EQ(rig.io.sent.size(), 2u);
  CHECK_EQ(rig.io.sent[0].fd, fd);
  CHECK(rig.io.sent[0].dest == v4(10, 1, 1, 1, 7000));
  CHECK_EQ(rig.io.sent[0].len, 4u);
  rig.taps.flush();
  CHECK_EQ(rig.io.sent.size(), 2u);
  Taps::stop(&rig.in);
  CHECK(!is_open(fd));
}

TEST(a_full_batch_of_copies_is_sent_before_its_time) {
  Rig rig;
  Taps::copy(&rig.in, open_socket(), v4(10, 1, 1, 1, 7000));
  const size_t room = TxBatch{}.packets.size();
  for (size_t i = 0; i < room + 5; ++i) rig.pass();
  CHECK_EQ(rig.io.sent.size(), room);
  rig.taps.flush();
  CHECK_EQ(rig.io.sent.size(), room + 5);
  Taps::stop(&rig.in);
}

TEST(the_first_tap_stays) {
  Rig rig;
  const int first = open_socket();
  const int second = open_socket();
  Taps::copy(&rig.in, first, v4(10, 1, 1, 1, 7000));
  Taps::copy(&rig.in, second, v4(10, 1, 1, 1, 8000));
  CHECK(is_open(first));
  CHECK(!is_open(second));
  RecordFile* file = rig.open_file();
  Taps::record(&rig.in, file, false);
  CHECK_EQ(file->users, 0u);
  CHECK_EQ(rig.in.tap.copy_fd, first);
  Taps::stop(&rig.in);
}
