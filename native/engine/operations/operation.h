#pragma once

#include <variant>

#include "engine/operations/access.h"
#include "engine/operations/forking.h"
#include "engine/operations/peer.h"
#include "engine/operations/playback.h"
#include "engine/operations/ports.h"
#include "engine/operations/questions.h"
#include "engine/operations/resizing.h"
#include "engine/operations/taps.h"
#include "engine/operations/timers.h"
#include "engine/operations/watching.h"

namespace rtpp {

/**
 * One change of a session, or a question about it. The main thread makes it, in a function of Engine; `apply` is called
 * by the session's worker, between two batches of packets, in the order in which the engine was called. What is to be
 * allocated for it the main thread has allocated before.
 */
using Operation = std::variant<op::Complete, op::OpenLeg, op::SetTos, op::Remove, op::SetPeer, op::SetTtl, op::Restart,
                               op::SetResizer, op::Record, op::Copy, op::StopTap, op::Play, op::StopPlay, op::StartFork,
                               op::Adopt, op::WatchPayloads<LegIndex::kCallee>, op::WatchPayloads<LegIndex::kCaller>,
                               op::Snapshots, op::Ask, op::Sync>;

}  // namespace rtpp
