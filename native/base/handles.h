#pragma once

#include <cstddef>
#include <cstdint>

namespace rtpp {

/** A session, by slot and generation: a stale handle is refused instead of meeting another session. */
enum class SessionId : uint64_t {};
inline constexpr SessionId kNoSession{UINT64_MAX};

/** A handle as JavaScript and event records have it: exact, since handles have 52 bits. No session is -1. */
constexpr double to_number(SessionId id) { return id == kNoSession ? -1 : static_cast<double>(id); }

/** The handle that a number is; kNoSession for one that cannot be a handle. */
constexpr SessionId to_session_id(double number) {
  if (!(number >= 0 && number < 9007199254740992.0)) return kNoSession;
  const auto whole = static_cast<uint64_t>(number);
  return static_cast<double>(whole) == number ? SessionId{whole} : kNoSession;
}

/** A side of a call: the ports that face the callee, which the first U opens, or the caller (protocol.md 1). */
enum class LegIndex : uint8_t { kCallee, kCaller };
inline constexpr LegIndex kLegs[] = {LegIndex::kCallee, LegIndex::kCaller};

/** Its place among what there is of each leg. */
constexpr uint8_t index(LegIndex leg) { return static_cast<uint8_t>(leg); }

}  // namespace rtpp
