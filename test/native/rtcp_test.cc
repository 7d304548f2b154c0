#include "rtp/rtcp.h"

#include "check.h"
#include "rtcp_bytes.h"
#include "rtp/rtcp_meter.h"

using rtpp::parse_rtcp;
using rtpp::RtcpMeter;
using rtpp::RtcpView;
using rtpp::test::Bytes;
using rtpp::test::rtcp_bytes;

namespace {

constexpr int64_t kMs = 1'000'000;
constexpr uint32_t kSsrc = 0x1234;

RtcpView parse(const Bytes& bytes, uint32_t about = kSsrc) { return parse_rtcp(bytes.data(), bytes.size(), about); }

}  // namespace

TEST(sender_and_receiver_reports_are_read) {
  const RtcpView sender = parse(rtcp_bytes(200, 0xabcd, {{kSsrc, 64, 33, 0x11112222, 0x8000}}));
  CHECK(sender.sent == 0xabcdu);
  CHECK(sender.report.has_value());
  CHECK_EQ(sender.report->fraction_lost, 64);
  CHECK_EQ(sender.report->jitter, 33u);
  CHECK_EQ(sender.report->last_sr, 0x11112222u);
  CHECK_EQ(sender.report->delay, 0x8000u);
  const RtcpView receiver = parse(rtcp_bytes(201, 0, {{1, 1, 1, 1, 1}, {kSsrc, 2, 2, 2, 2}, {3, 3, 3, 3, 3}}));
  CHECK(!receiver.sent);
  CHECK_EQ(receiver.report->jitter, 2u);
  CHECK(!parse(rtcp_bytes(201, 0, {{1, 1, 1, 1, 1}})).report);
}

TEST(compound_packets_are_read_to_their_end) {
  Bytes bytes = rtcp_bytes(201, 0, {});
  const Bytes description = {0x81, 202, 0, 2, 0, 0, 0, 1, 1, 1, 'x', 0};
  bytes.insert(bytes.end(), description.begin(), description.end());
  const Bytes report = rtcp_bytes(201, 0, {{kSsrc, 7, 7, 7, 7}});
  bytes.insert(bytes.end(), report.begin(), report.end());
  CHECK_EQ(parse(bytes).report->fraction_lost, 7);
}

TEST(what_is_cut_short_or_lies_about_its_length_is_not_read) {
  const Bytes good = rtcp_bytes(200, 0xabcd, {{kSsrc, 64, 33, 1, 2}});
  for (size_t size = 0; size < good.size(); ++size) {
    const Bytes part(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(!parse(part).sent && !parse(part).report);
  }
  Bytes many = good;
  many[0] = 0x9f;
  CHECK(!parse(many).sent && !parse(many).report);
  Bytes version = good;
  version[0] = 0x41;
  CHECK(!parse(version).sent);
  Bytes length = good;
  length[2] = 0xff;
  CHECK(!parse(length).sent);
}

TEST(loss_is_the_mean_of_the_reports_and_jitter_the_last) {
  const RtcpMeter sender;
  RtcpMeter meter;
  CHECK_EQ(meter.loss(), -1.0);
  CHECK_EQ(meter.jitter(), -1.0);
  CHECK_EQ(meter.round_trip(), -1.0);
  meter.reported({.fraction_lost = 128, .jitter = 5}, sender, kMs);
  meter.reported({.fraction_lost = 0, .jitter = 8}, sender, kMs);
  CHECK_EQ(meter.loss(), 0.25);
  CHECK_EQ(meter.jitter(), 8.0);
  CHECK_EQ(meter.round_trip(), -1.0);
}

TEST(the_round_trip_is_the_time_since_the_report_passed_without_the_wait_at_the_party) {
  RtcpMeter sender;
  RtcpMeter party;
  sender.passed(0xaaaa, 1000 * kMs);
  sender.passed(0xbbbb, 6000 * kMs);
  // 250 ms at the party; the answer is to the one before the last.
  party.reported({.last_sr = 0xaaaa, .delay = 0x4000}, sender, 1290 * kMs);
  CHECK_NEAR(party.round_trip(), 0.040, 2e-5);
  party.reported({.last_sr = 0xbbbb, .delay = 0x4000}, sender, 6330 * kMs);
  CHECK_NEAR(party.round_trip(), 0.080, 2e-5);
  // Unknown, none, and less than nothing.
  party.reported({.last_sr = 0xcccc, .delay = 0}, sender, 6400 * kMs);
  party.reported({.last_sr = 0, .delay = 0}, sender, 6400 * kMs);
  party.reported({.last_sr = 0xbbbb, .delay = 0xffffffff}, sender, 6400 * kMs);
  CHECK_NEAR(party.round_trip(), 0.080, 2e-5);
  party.reported({.last_sr = 0xbbbb, .delay = 0x4000}, sender, 6245 * kMs);
  CHECK_EQ(party.round_trip(), 0.0);
}
