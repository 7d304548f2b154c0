#pragma once

#include <cstddef>
#include <string_view>

namespace rtpp {

/** Longest datagram that is used; the rest of a longer one is cut off (protocol.md 2.3). */
inline constexpr size_t kMaxCommand = 8191;
/** Longest reply, cookie included (protocol.md 4). */
inline constexpr size_t kMaxReply = 1023;
/** Longest cookie that is answered with itself (protocol.md 11). */
inline constexpr size_t kMaxCookie = 1000;

/** The parts of a control datagram (protocol.md 2.3), which they point into. */
struct ControlDatagram {
  /** Empty when there is none, when it is too long, or when it holds a NUL: `command` is empty too then. */
  std::string_view cookie;
  std::string_view command;
};

/** Splits a datagram of at most kMaxCommand bytes. */
ControlDatagram split_datagram(std::string_view bytes);

/** Without the separators at both ends. */
std::string_view trim_separators(std::string_view text);

/** What a command that needs no session asks for. */
enum class VersionQuestion { kNone, kBase, kFeature };

/**
 * Whether a command is a plain `V`, or a plain `VF` with a date of eight digits, which `date` is set to. Anything that
 * may be an error is kNone.
 */
VersionQuestion version_question(std::string_view command, std::string_view* date);

}  // namespace rtpp
