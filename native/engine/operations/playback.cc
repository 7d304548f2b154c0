#include "engine/operations/playback.h"

#include <cerrno>

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/worker_parts.h"

namespace rtpp {

uint32_t Engine::add_prompt(const uint8_t* data, size_t size) {
  prompts_.emplace(++last_prompt_, std::make_shared<const Prompt>(data, size));
  return last_prompt_;
}

void Engine::drop_prompt(uint32_t prompt) { prompts_.erase(prompt); }

int Engine::play(SessionId id, uint8_t leg, uint32_t prompt, const PlaySpec& spec, double token) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  const auto found = prompts_.find(prompt);
  if (found == prompts_.end()) return ENOENT;
  if (spec.packet_bytes == 0 || spec.packet_bytes > Player::kMaxPayload || spec.packet_ms == 0) return EINVAL;
  post(session, op::Play{leg, new LegPlayer(found->second, spec, token)});
  return 0;
}

bool Engine::next_ended_player(PlayerEnd* out) {
  for (size_t i = 0; ended_players_ == nullptr && i < workers_.size(); ++i) {
    ended_players_ = workers_[i]->take_ended_players();
  }
  if (ended_players_ == nullptr) return false;
  const std::unique_ptr<LegPlayer> player(ended_players_);
  ended_players_ = player->next_ended;
  *out = PlayerEnd{player->token, player->finished};
  return true;
}

void op::Play::apply(WorkerParts* worker, Session* session) const {
  worker->playout.play(&session->legs[leg], player, now_ns());
}

void op::StopPlay::apply(WorkerParts* worker, Session* session) const { worker->playout.stop(&session->legs[leg]); }

}  // namespace rtpp
