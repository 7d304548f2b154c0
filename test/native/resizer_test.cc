#include "rtp/resizer.h"

#include <fstream>
#include <string>

#include "check.h"
#include "resizer_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr size_t kHeader = 12;

Bytes from_hex(const std::string& text) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string to_hex(const Bytes& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
  return text;
}

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/** The bytes of a packet from `from` up to `to`. */
Bytes range(const Bytes& packet, size_t from, size_t to) {
  return Bytes(packet.begin() + static_cast<ptrdiff_t>(from), packet.begin() + static_cast<ptrdiff_t>(to));
}

struct Vector {
  std::string name;
  uint32_t ptime = 0;
  uint32_t in = 0;
  uint32_t out = 0;
  uint32_t discarded = 0;
  std::vector<std::pair<double, Bytes>> input;
  std::vector<std::pair<size_t, Bytes>> output;
};

template <typename Row>
void read_rows(std::istream& file, std::vector<Row>* rows) {
  for (Row& row : *rows) {
    std::string hex;
    file >> row.first >> hex;
    row.second = from_hex(hex);
  }
}

bool read_vector(std::istream& file, Vector* vector) {
  size_t inputs = 0;
  size_t outputs = 0;
  if (!(file >> vector->name >> vector->ptime >> vector->in >> vector->out >> vector->discarded >> inputs >> outputs)) {
    return false;
  }
  vector->input.resize(inputs);
  vector->output.resize(outputs);
  read_rows(file, &vector->input);
  read_rows(file, &vector->output);
  return true;
}

/**
 * 320 bytes of G.722 are 40 ms, so that two packets of 20 ms have 160 bytes each. The C daemon takes two samples, and
 * not two ticks, for a byte: it puts 80 bytes into the first one and 240 into the second, under timestamps that are 160
 * ticks apart (media.md 9).
 */
void correct_g722_split(Vector* vector) {
  CHECK_EQ(vector->output.size(), 10u);
  for (size_t i = 0; i < vector->output.size(); ++i) {
    auto& [trigger, packet] = vector->output[i];
    CHECK_EQ(packet.size(), i % 2 == 0 ? kHeader + 80 : kHeader + 240);
    const size_t from = i % 2 == 0 ? kHeader : kHeader + 160;
    packet = joined(range(packet, 0, kHeader), range(vector->input[trigger].second, from, from + 160));
  }
}

/**
 * Packet 4 ends in four bytes of padding. Joined with packet 5 it is 320 bytes of audio without padding. The C daemon
 * leaves the flag set and the room of the padding at the end of the packet, where the last byte is 0: whoever reads it
 * has to reject the packet (media.md 9).
 */
void correct_padding(Vector* vector) {
  Bytes& packet = vector->output[2].second;
  CHECK_EQ(packet.size(), kHeader + 324);
  CHECK_EQ(packet[0], 0xa0);
  packet.resize(kHeader + 320);
  packet[0] = 0x80;
  const Bytes& second = vector->input[5].second;
  CHECK_EQ(to_hex(range(packet, kHeader, kHeader + 160)),
           to_hex(range(vector->input[4].second, kHeader, kHeader + 160)));
  CHECK_EQ(to_hex(range(packet, kHeader + 160, kHeader + 320)), to_hex(range(second, kHeader, kHeader + 160)));
}

uint16_t seq_of(const Bytes& packet) { return static_cast<uint16_t>(packet[2] << 8 | packet[3]); }

/**
 * The C daemon lets packets pass with their own numbers beside the series of those that it makes: events 1005 and 1006
 * come between 1000 and 1001, so that the receiver takes audio for late. Here all are one series, in order of
 * departure.
 */
void correct_numbers(Vector* vector) {
  uint16_t next = seq_of(vector->output[0].second);
  for (auto& [trigger, packet] : vector->output) {
    // What is no RTP stands where the sender counted a packet, which the receiver misses.
    if ((packet[0] & 0xc0) != 0x80) {
      ++next;
      continue;
    }
    packet[2] = static_cast<uint8_t>(next >> 8);
    packet[3] = static_cast<uint8_t>(next);
    ++next;
  }
}

Bytes pcmu(uint16_t index, uint32_t ts, size_t bytes = 160, uint32_t ssrc = 1) {
  return rtp_packet({.seq = index, .ts = ts, .ssrc = ssrc}, Bytes(bytes, static_cast<uint8_t>(index)));
}

uint32_t ts_of(const Bytes& packet) {
  RtpView view;
  CHECK(parse_rtp(packet.data(), packet.size(), &view));
  return view.ts;
}

}  // namespace

// What the C daemon sent for the same packets at the same times, but for its three defects.
TEST(golden_vectors) {
  std::ifstream file(argument(0));
  Vector vector;
  int cases = 0;
  while (read_vector(file, &vector)) {
    const Context context(vector.name);
    ++cases;
    if (vector.name == "g722_40_to_20") correct_g722_split(&vector);
    if (vector.name == "pcmu_20_to_40_csrc_ext_padding") correct_padding(&vector);
    const bool beside = vector.name == "pcmu_20_to_60_with_dtmf" || vector.name == "pcmu_20_to_40_junk_and_dynamic_pt";
    if (beside) correct_numbers(&vector);
    ResizerRig rig(vector.ptime);
    for (const auto& [ms, packet] : vector.input) rig.receive(ms, packet);
    CHECK_EQ(rig.emitted.size(), vector.output.size());
    for (size_t i = 0; i < std::min(rig.emitted.size(), vector.output.size()); ++i) {
      CHECK_EQ(rig.emitted[i].trigger, vector.output[i].first);
      CHECK_EQ(to_hex(rig.emitted[i].bytes), to_hex(vector.output[i].second));
    }
    CHECK_EQ(rig.in, vector.in);
    CHECK_EQ(rig.out, vector.out);
    CHECK_EQ(rig.discarded + rig.resizer->clear(), vector.discarded);
  }
  CHECK(file.eof());
  CHECK_EQ(cases, 34);
}

TEST(what_takes_no_part_passes_as_it_is) {
  const Bytes g723_with_unknown_frame = joined(Bytes(24, 0x00), Bytes(24, 0x03));
  struct Row {
    const char* name;
    Bytes packet;
  };
  Bytes long_header = rtp_packet({}, Bytes(4 + 4 * 126 + 160));
  long_header[0] = 0x90;
  long_header[kHeader + 3] = 126;
  const Row rows[] = {
      {"not RTP", Bytes(100, 0x55)},
      {"empty datagram", {}},
      {"no payload", rtp_packet({}, {})},
      {"telephone-event", rtp_packet({.pt = 101}, Bytes(4))},
      {"L16, whose clock is another one", rtp_packet({.pt = 11}, Bytes(160))},
      {"less than a GSM frame", rtp_packet({.pt = 3}, Bytes(32))},
      {"GSM in the 65-byte format of files", rtp_packet({.pt = 3}, Bytes(65))},
      {"G.723.1 frame of unknown length", rtp_packet({.pt = 4}, g723_with_unknown_frame)},
      {"incomplete G.723.1 frame", rtp_packet({.pt = 4}, Bytes(30, 0))},
      {"a second of G.729 and more", rtp_packet({.pt = 18}, Bytes(1030))},
      {"extension of half a kilobyte", long_header},
      {"more than goes into a datagram", rtp_packet({}, Bytes(8181))},
  };
  for (const Row& row : rows) {
    const Context context(row.name);
    ResizerRig rig(20);
    CHECK_EQ(rig.receive(0, row.packet), 1u);
    CHECK_EQ(to_hex(rig.emitted[0].bytes), to_hex(row.packet));
    CHECK(rig.emitted[0].passed);
    CHECK_EQ(rig.in, 0u);
    CHECK_EQ(rig.resizer->clear(), 0u);
  }
}

TEST(a_packet_that_passes_lets_overdue_audio_out_behind_it) {
  ResizerRig rig(60);
  rig.receive(0, pcmu(0, 0));
  rig.receive(20, pcmu(1, 160));
  CHECK_EQ(rig.receive(300, Bytes(4, 0)), 2u);
  CHECK(rig.emitted[0].passed);
  CHECK_EQ(rig.emitted[1].bytes.size(), kHeader + 320);
}

TEST(a_late_packet_is_discarded_and_lets_overdue_audio_out) {
  ResizerRig rig(60);
  for (uint16_t i = 0; i < 4; ++i) rig.receive(20 * i, pcmu(i, 160u * i));
  CHECK_EQ(rig.out, 1u);
  CHECK_EQ(rig.receive(400, pcmu(0, 0)), 1u);
  CHECK_EQ(ts_of(rig.emitted.back().bytes), 480u);
  CHECK_EQ(rig.discarded, 1u);
  CHECK_EQ(rig.in, 5u);
}

TEST(another_length_keeps_queue_and_numbers_and_clear_forgets_both) {
  ResizerRig rig(100);
  for (uint16_t i = 0; i < 4; ++i) rig.receive(20 * i, pcmu(static_cast<uint16_t>(500 + i), 160u * i));
  CHECK_EQ(rig.out, 0u);
  rig.resizer->set_ptime(40);
  CHECK_EQ(rig.receive(80, pcmu(504, 640)), 2u);
  rig.resizer->set_ptime(20);
  CHECK_EQ(rig.receive(100, pcmu(505, 800)), 2u);
  for (size_t i = 0; i < rig.emitted.size(); ++i) CHECK_EQ(seq_of(rig.emitted[i].bytes), 500 + i);
  rig.resizer->set_ptime(40);
  rig.receive(120, pcmu(506, 960));
  CHECK_EQ(rig.resizer->clear(), 1u);
  rig.receive(140, pcmu(507, 0));
  CHECK_EQ(rig.receive(160, pcmu(508, 160)), 1u);
  CHECK_EQ(seq_of(rig.emitted.back().bytes), 507);
}

TEST(origin_is_that_of_the_first_part) {
  ResizerRig rig(30);
  for (uint16_t i = 0; i < 3; ++i) {
    PacketOrigin origin;
    origin.source.family = 4;
    origin.source.port = static_cast<uint16_t>(1000 + i);
    origin.local.port = static_cast<uint16_t>(2000 + i);
    origin.wall = 1.5 + i;
    rig.receive(20 * i, pcmu(i, 160u * i), origin);
  }
  CHECK_EQ(rig.emitted.size(), 2u);
  CHECK_EQ(rig.emitted[0].origin.source.port, 1000);
  CHECK_EQ(rig.emitted[1].origin.source.port, 1001);
  CHECK_EQ(rig.emitted[1].origin.local.port, 2001);
  CHECK_EQ(rig.emitted[1].origin.wall, 2.5);
}

TEST(a_full_queue_gives_up_its_oldest_packets) {
  ResizerRig rig(999);
  // Neither contiguous nor enough for a packet: nothing goes out.
  for (uint16_t i = 0; i < 300; ++i) rig.receive(i, pcmu(i, 8u * i, 1));
  CHECK_EQ(rig.out, 0u);
  CHECK_EQ(rig.discarded, 300 - ResizerQueue::kPackets);
  CHECK_EQ(rig.receive(6000, pcmu(300, 2400, 1)), ResizerQueue::kPackets);
  CHECK_EQ(ts_of(rig.emitted[0].bytes), 8u * (301 - ResizerQueue::kPackets));
  CHECK_EQ(rig.discarded, 301 - ResizerQueue::kPackets);
  CHECK_EQ(rig.resizer->clear(), 0u);
}

TEST(bytes_are_bounded_too) {
  ResizerRig rig(999);
  // An extension of 484 bytes in front of ten bytes of audio.
  Bytes packet = rtp_packet({}, Bytes(4 + 4 * 120 + 10));
  packet[0] = 0x90;
  packet[kHeader + 3] = 120;
  uint32_t queued = 0;
  for (uint16_t i = 0; i < 100; ++i) {
    packet[7] = static_cast<uint8_t>(2 * i);
    packet[6] = static_cast<uint8_t>(2 * i >> 8);
    rig.receive(i, packet);
    queued += static_cast<uint32_t>(packet.size());
  }
  CHECK(queued > ResizerQueue::kBytes);
  CHECK_EQ(rig.out, 0u);
  CHECK_EQ(rig.resizer->clear(), ResizerQueue::kBytes / packet.size());
  CHECK_EQ(rig.discarded, 100 - ResizerQueue::kBytes / packet.size());
}

TEST(no_packet_is_longer_than_a_datagram) {
  ResizerRig rig(999);
  for (uint16_t i = 0; i < 60; ++i) {
    // 300 bytes of header, then 20 ms: with a second of audio that would be 8300 bytes.
    Bytes packet = rtp_packet({.seq = i, .ts = 160u * i}, Bytes(4 + 4 * 71 + 160));
    packet[0] = 0x90;
    packet[kHeader + 3] = 71;
    rig.receive(20 * i, packet);
  }
  CHECK_EQ(rig.emitted.size(), 1u);
  CHECK_EQ(rig.emitted[0].bytes.size(), 300u + 160 * 49);
}

TEST(one_packet_becomes_at_most_so_many) {
  ResizerRig rig(1);
  const size_t count = rig.receive(0, pcmu(0, 0, Resizer::kMaxPacket - kHeader));
  CHECK_EQ(count, (Resizer::kMaxPacket - kHeader + 79) / 80);
  CHECK_EQ(rig.resizer->clear(), 0u);
}
