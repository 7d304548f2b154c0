#include "engine/operations/playback.h"

#include <cerrno>

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/worker_parts.h"

namespace rtpp {

uint32_t Engine::add_prompt(std::span<const uint8_t> data) {
  prompts_.emplace(++last_prompt_, std::make_shared<const Prompt>(data.data(), data.size()));
  return last_prompt_;
}

void Engine::drop_prompt(uint32_t prompt) { prompts_.erase(prompt); }

int Engine::play(SessionId id, LegIndex leg, uint32_t prompt, double token, const PlaySpec& spec) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  const auto found = prompts_.find(prompt);
  if (found == prompts_.end()) return ENOENT;
  if (spec.packet_bytes == 0 || spec.packet_bytes > Player::kMaxPayload || spec.packet_ms == 0) return EINVAL;
  post(session, op::Play{index(leg), new LegPlayer(found->second, spec, token)});
  return 0;
}

std::optional<PlayerEnd> Engine::next_ended_player() {
  for (size_t i = 0; ended_players_ == nullptr && i < workers_.size(); ++i) {
    ended_players_ = workers_[i]->take_ended_players();
  }
  if (ended_players_ == nullptr) return std::nullopt;
  const std::unique_ptr<LegPlayer> player(ended_players_);
  ended_players_ = player->next_ended;
  return PlayerEnd{player->token, player->finished};
}

void op::Play::apply(WorkerParts* worker, Session* session) const {
  worker->playout.play(&session->legs[leg], player, now_ns());
}

void op::StopPlay::apply(WorkerParts* worker, Session* session) const { worker->playout.stop(&session->legs[leg]); }

}  // namespace rtpp
