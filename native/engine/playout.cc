#include "engine/playout.h"

#include "engine/admission.h"

namespace rtpp {
namespace {

/** Beyond that a late player does not catch up but goes on from now: after a suspension of the machine, say. */
constexpr int64_t kMaxDelay = 1'000'000'000;
static_assert(Player::kHeader + Player::kMaxPayload == kMaxDatagram);

}  // namespace

Playout::Playout(PacketIo* io, bool duplicate_small, Counter* played, Admission* admission, int64_t play_ttl_ns)
    : io_(io),
      duplicate_small_(duplicate_small),
      played_(played),
      admission_(admission),
      play_ttl_ns_(play_ttl_ns),
      packets_(std::make_unique_for_overwrite<uint8_t[]>(kBatch * kMaxDatagram)) {}

void Playout::play(Leg* leg, LegPlayer* player, int64_t now_ns) {
  stop(leg);
  player->leg = leg;
  player->heard = leg->rtp.session->packets_in();
  player->heard_ns = now_ns;
  leg->player = player;
  start(leg, now_ns);
}

void Playout::stop(Leg* leg) {
  if (leg->player != nullptr) end(leg->player);
}

void Playout::start(Leg* leg, int64_t now_ns) {
  if (!leg->rtp.port.open() || leg->rtp.latch.remote.empty()) return;
  leg->player->start(now_ns);
  queue_.add(leg->player);
}

void Playout::run(int64_t now_ns) {
  for (size_t slot = 0; slot < kBatch && due_ns() <= now_ns; ++slot) {
    auto* player = static_cast<LegPlayer*>(queue_.first());
    queue_.remove(player);
    if (now_ns - player->due_ns() > kMaxDelay) player->start(now_ns);
    uint8_t* packet = packets_.get() + slot * kMaxDatagram;
    const uint32_t len = player->next(packet);
    if (len == 0) {
      player->finished = true;
      end(player);
      continue;
    }
    queue_.add(player);
    send(*player, packet, len);
    keep_alive(player, now_ns);
  }
  if (batch_.count > 0) io_->send(&batch_);
}

void Playout::send(const LegPlayer& player, const uint8_t* packet, uint32_t len) {
  const Stream& exit = player.leg->rtp;
  if (admission_->may_send(exit)) {
    const TxPacket copy = exit.to_peer(packet, len);
    batch_.push(copy);
    if (duplicate_small_ && len < kSmallDatagram) batch_.push(copy);
    played_->add();
  }
}

void Playout::keep_alive(LegPlayer* player, int64_t now_ns) {
  Session& session = *player->leg->rtp.session;
  const uint64_t heard = session.packets_in();
  if (heard != player->heard) {
    player->heard = heard;
    player->heard_ns = now_ns;
  }
  // An endless prompt must not outlive a call whose end nobody tells.
  if (now_ns - player->heard_ns >= play_ttl_ns_) return;
  // In the place of the packets that the other party would send (media.md 4).
  session.restart_timer(1 - player->leg->rtp.leg);
}

void Playout::end(LegPlayer* player) {
  if (PlayerQueue::contains(*player)) queue_.remove(player);
  player->leg->player = nullptr;
  player->next_ended = ending_;
  ending_ = player;
}

bool Playout::publish() {
  if (ending_ == nullptr) return false;
  LegPlayer* last = ending_;
  while (last->next_ended != nullptr) last = last->next_ended;
  LegPlayer* head = ended_.load(std::memory_order_relaxed);
  do {
    last->next_ended = head;
  } while (!ended_.compare_exchange_weak(head, ending_, std::memory_order_release, std::memory_order_relaxed));
  ending_ = nullptr;
  return true;
}

}  // namespace rtpp
