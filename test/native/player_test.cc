#include "play/player.h"

#include <vector>

#include "check.h"
#include "rtp/packet.h"

using rtpp::parse_rtp;
using rtpp::Player;
using rtpp::PlaySpec;
using rtpp::Prompt;
using rtpp::RtpView;
using rtpp::test::Context;

namespace {

constexpr int64_t kMs = 1'000'000;

/** A prompt whose bytes count up from 0. */
std::shared_ptr<const Prompt> prompt(size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i);
  return std::make_shared<const Prompt>(bytes.data(), bytes.size());
}

PlaySpec spec(uint32_t packet_bytes, uint32_t packet_ms, int32_t count = 1) {
  PlaySpec result;
  result.payload_type = 8;
  result.packet_bytes = packet_bytes;
  result.packet_ms = packet_ms;
  result.count = count;
  result.ssrc = 0xfedcba98;
  result.ts = 1000;
  result.seq = 7;
  return result;
}

struct Packet {
  RtpView view;
  uint8_t first_byte;
};

/** Everything a player sends, at most `limit` packets. */
std::vector<Packet> play(Player* player, size_t limit = 1000) {
  std::vector<Packet> packets;
  std::vector<uint8_t> buffer(Player::kHeader + Player::kMaxPayload);
  while (packets.size() < limit) {
    const uint32_t len = player->next(buffer.data());
    if (len == 0) break;
    Packet packet;
    CHECK(parse_rtp(buffer.data(), len, &packet.view));
    packet.first_byte = buffer[packet.view.header_len];
    packets.push_back(packet);
  }
  return packets;
}

}  // namespace

TEST(packets_have_plain_headers_and_consecutive_parts_of_the_prompt) {
  Player player(prompt(240), spec(80, 10));
  const std::vector<Packet> packets = play(&player);
  CHECK_EQ(packets.size(), 3u);
  for (size_t i = 0; i < packets.size(); ++i) {
    const RtpView& view = packets[i].view;
    CHECK_EQ(view.pt, 8);
    CHECK_EQ(view.marker, i == 0);
    CHECK_EQ(view.seq, 7 + i);
    CHECK_EQ(view.ts, 1000 + 80 * i);
    CHECK_EQ(view.ssrc, 0xfedcba98u);
    CHECK_EQ(view.header_len, 12u);
    CHECK_EQ(view.payload_len, 80u);
    CHECK_EQ(packets[i].first_byte, 80 * i);
  }
}

TEST(each_packet_is_due_when_the_one_before_has_been_heard) {
  Player player(prompt(99), spec(33, 20));
  uint8_t buffer[Player::kHeader + 33];
  player.start(5 * kMs);
  for (int64_t due = 5; due < 65; due += 20) {
    CHECK_EQ(player.due_ns(), due * kMs);
    CHECK_EQ(player.next(buffer), 45u);
  }
  // The end comes when another packet would be due.
  CHECK_EQ(player.due_ns(), 65 * kMs);
  CHECK_EQ(player.next(buffer), 0u);
}

TEST(repetitions_drop_the_remainder_and_go_on_in_sequence_and_time) {
  Player player(prompt(243), spec(80, 10, 2));
  const std::vector<Packet> packets = play(&player);
  CHECK_EQ(packets.size(), 6u);
  CHECK_EQ(packets[3].first_byte, 0);
  CHECK_EQ(packets[3].view.marker, false);
  CHECK_EQ(packets[5].view.seq, 12);
  CHECK_EQ(packets[5].view.ts, 1400u);
}

TEST(a_negative_count_never_ends) {
  Player player(prompt(80), spec(80, 10, -3));
  CHECK_EQ(play(&player, 500).size(), 500u);
}

TEST(sequence_number_and_timestamp_wrap) {
  PlaySpec wrapping = spec(10, 30);
  wrapping.seq = 65535;
  wrapping.ts = 0xffffffff;
  Player player(prompt(20), wrapping);
  const std::vector<Packet> packets = play(&player);
  CHECK_EQ(packets[1].view.seq, 0);
  CHECK_EQ(packets[1].view.ts, 239u);
}

TEST(a_prompt_shorter_than_a_packet_ends_at_once) {
  const int32_t counts[] = {1, 5, -1};
  for (const size_t size : {size_t{0}, size_t{79}}) {
    for (const int32_t count : counts) {
      const Context context("size " + std::to_string(size) + ", count " + std::to_string(count));
      Player player(prompt(size), spec(80, 10, count));
      CHECK_EQ(play(&player).size(), 0u);
    }
  }
}

TEST(nothing_is_played_no_times_or_in_packets_of_nothing) {
  Player none(prompt(80), spec(80, 10, 0));
  CHECK_EQ(play(&none).size(), 0u);
  Player empty(prompt(80), spec(0, 10, -1));
  CHECK_EQ(play(&empty).size(), 0u);
}

TEST(players_share_the_bytes_of_a_prompt) {
  const std::shared_ptr<const Prompt> shared = prompt(80);
  {
    Player one(shared, spec(80, 10));
    Player two(shared, spec(40, 5));
    CHECK_EQ(play(&one).size(), 1u);
    CHECK_EQ(play(&two).size(), 2u);
    CHECK_EQ(shared.use_count(), 3);
  }
  CHECK_EQ(shared.use_count(), 1);
}
