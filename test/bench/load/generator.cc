#include "generator.h"

#include <sys/prctl.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "clock.h"
#include "report_packet.h"

namespace load {
namespace {

/** A phone's packets are read each time that it has sent so many. */
constexpr uint32_t kReadEvery = 5;
/** Sending that is so much behind its schedule when it should be over is given up. */
constexpr int64_t kOverrunNs = kSecondNs;
constexpr int64_t kDrainStepNs = 10'000'000;

/** What each phone does every `period` packets the phones do one after the other: where this one is in its period. */
uint32_t place_in(uint32_t period, const Phone& phone) {
  const uint32_t scattered = ssrc_of(phone.session, phone.side) >> 8;
  return (phone.sent + scattered) % period;
}

/** The kernel's time of arrival (CLOCK_REALTIME), or 0. */
int64_t arrival_of(msghdr* header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(header); part != nullptr; part = CMSG_NXTHDR(header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time;
    std::memcpy(&time, CMSG_DATA(part), sizeof time);
    return to_ns(time);
  }
  return 0;
}

}  // namespace

Generator::Generator(const Plan& plan, std::vector<Phone> phones, int64_t delay_ns)
    : plan_(plan), phones_(std::move(phones)), delay_ns_(delay_ns), tally_(plan.seconds) {
  for (Phone& phone : phones_) phone.seen.resize(uint64_t{plan.seconds} * plan.rate);
  for (unsigned i = 0; i < kBatch; ++i) {
    slots_[i].vector = {slots_[i].packet, sizeof slots_[i].packet};
    prepare(i);
  }
}

void Generator::run() {
  // Of this thread: the default lets it sleep 50 microseconds longer than it asks for.
  ::prctl(PR_SET_TIMERSLACK, 1);
  send_all();
  drain();
  for (const Phone& phone : phones_) tally_.overflowed += phone.socket.dropped();
}

void Generator::send_all() {
  const int64_t period_ns = kSecondNs / plan_.rate;
  const uint64_t count = phones_.size();
  const uint64_t turns = uint64_t{plan_.seconds} * plan_.rate;
  const int64_t give_up_ns = plan_.start_ns + plan_.seconds * kSecondNs + kOverrunNs;
  int64_t now = now_ns();
  for (uint64_t turn = 0; turn < turns; ++turn) {
    const int64_t turn_ns = plan_.start_ns + delay_ns_ + static_cast<int64_t>(turn * kSecondNs / plan_.rate);
    for (uint64_t i = 0; i < count; ++i) {
      const int64_t due = turn_ns + static_cast<int64_t>(i) * period_ns / static_cast<int64_t>(count);
      if (due > now) {
        now = now_ns();
        if (due > now) sleep_until(std::max(due, now + plan_.pace_ns));
        now = now_ns();
      }
      if (now >= give_up_ns) return;
      send(&phones_[i], due);
      if ((turn + i) % kReadEvery == 0) {
        receive(&phones_[i]);
        now = now_ns();
      }
    }
  }
}

void Generator::drain() {
  const int64_t end = now_ns() + plan_.drain_ns;
  for (;;) {
    // The clock is read before the sockets: what arrived in time is counted even if this thread was held up.
    const int64_t now = now_ns();
    for (Phone& phone : phones_) receive(&phone);
    if (now >= end || complete()) return;
    sleep_until(now + kDrainStepNs);
  }
}

bool Generator::complete() const {
  uint64_t received = 0;
  for (const Phone& phone : phones_) received += phone.received;
  return received == tally_.sent;
}

void Generator::send(Phone* phone, int64_t due_ns) {
  Probe probe{plan_.run, 0, phone->session, phone->sent, phone->side, kProbeMagic, 0, 0};
  if (plan_.digits > 0) set_event(*phone, &probe);
  probe.sent_ns = now_ns();
  encode_probe(probe, outgoing_);
  if (::sendto(phone->socket.fd(), outgoing_, sizeof outgoing_, 0, phone->relay.data(), phone->relay.size()) < 0) {
    ++tally_.send_errors;
    return;
  }
  if (plan_.rtcp > 0 && place_in(plan_.rtcp * plan_.rate, *phone) == 0) report(*phone, probe);
  if (probe.event == kEventPackets) ++tally_.digits;
  ++phone->sent;
  ++tally_.sent;
  ++second_of(probe.sent_ns).sent;
  tally_.lateness.record(static_cast<uint64_t>(std::max<int64_t>(0, probe.sent_ns - due_ns)));
}

/** Digits are sent as a whole, or not at all. */
void Generator::set_event(const Phone& phone, Probe* probe) const {
  const uint32_t place = place_in(plan_.digits * plan_.rate, phone);
  if (place >= kEventPackets || place > phone.sent) return;
  const uint32_t first = phone.sent - place;
  if (first + kEventPackets > plan_.seconds * plan_.rate) return;
  probe->event = place + 1;
  probe->digit = (first + phone.session) % 16;
}

void Generator::report(const Phone& phone, const Probe& probe) {
  uint8_t packet[kReportSize];
  encode_report(probe, packet);
  const Address& relay = phone.relay_rtcp;
  if (::sendto(phone.socket.fd(), packet, sizeof packet, 0, relay.data(), relay.size()) >= 0) ++tally_.reports_sent;
}

void Generator::receive(Phone* phone) {
  for (;;) {
    const int count = ::recvmmsg(phone->socket.fd(), messages_, kBatch, MSG_DONTWAIT, nullptr);
    if (count <= 0) return;
    const int64_t offset = wall_offset_ns();
    for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
      const int64_t wall = arrival_of(&messages_[i].msg_hdr);
      accept(phone, slots_[i], messages_[i].msg_len, wall != 0 ? wall - offset : now_ns());
      prepare(i);
    }
    if (count < static_cast<int>(kBatch)) return;
  }
}

void Generator::accept(Phone* phone, const Slot& slot, unsigned size, int64_t arrival_ns) {
  if (is_report(slot.packet, size)) {
    ++tally_.reports_received;
    return;
  }
  Probe probe;
  const Decoded decoded = decode_probe(slot.packet, size, plan_.run, &probe);
  if (decoded != Decoded::kProbe || probe.number >= phone->seen.size()) {
    ++(decoded == Decoded::kForeign ? tally_.foreign : tally_.corrupted);
    return;
  }
  if (probe.session != phone->session || probe.side == phone->side || !phone->relay.same(slot.source)) {
    ++tally_.misdelivered;
    return;
  }
  if (phone->seen[probe.number]) {
    ++tally_.duplicated;
    return;
  }
  phone->seen[probe.number] = true;
  ++phone->received;
  if (probe.number < phone->next_expected) {
    ++tally_.reordered;
  } else {
    phone->next_expected = probe.number + 1;
  }
  second_of(probe.sent_ns).latency.record(static_cast<uint64_t>(std::max<int64_t>(0, arrival_ns - probe.sent_ns)));
}

/** The kernel has replaced the sizes by those of the packet. */
void Generator::prepare(unsigned index) {
  Slot& slot = slots_[index];
  messages_[index].msg_hdr = {&slot.source, sizeof slot.source, &slot.vector, 1, slot.control, sizeof slot.control, 0};
}

Second& Generator::second_of(int64_t sent_ns) {
  const auto second = static_cast<size_t>(std::max<int64_t>(0, sent_ns - plan_.start_ns) / kSecondNs);
  return tally_.timeline[std::min(second, tally_.timeline.size() - 1)];
}

}  // namespace load
