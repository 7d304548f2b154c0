#include "control/control_datagram.h"

namespace rtpp {
namespace {

constexpr std::string_view kSeparators = " \n\t\r";
constexpr size_t kDateLength = 8;

/** Takes the next token off the front; empty at the end. */
std::string_view next_token(std::string_view* rest) {
  const size_t start = rest->find_first_not_of(kSeparators);
  if (start == std::string_view::npos) return {};
  size_t end = rest->find_first_of(kSeparators, start);
  if (end == std::string_view::npos) end = rest->size();
  const std::string_view token = rest->substr(start, end - start);
  rest->remove_prefix(end);
  return token;
}

bool is_date(std::string_view text) {
  return text.size() == kDateLength && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_letter(char byte, char upper) { return byte == upper || byte == upper + ('a' - 'A'); }

}  // namespace

ControlDatagram split_datagram(std::string_view bytes) {
  std::string_view rest = bytes;
  const std::string_view cookie = next_token(&rest);
  if (cookie.empty() || cookie.size() > kMaxCookie || cookie.find('\0') != std::string_view::npos) return {};
  return {cookie, rest};
}

std::string_view trim_separators(std::string_view text) {
  const size_t first = text.find_first_not_of(kSeparators);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSeparators) - first + 1);
}

VersionQuestion version_question(std::string_view command, std::string_view* date) {
  const std::string_view verb = next_token(&command);
  if (verb.empty() || verb.size() > 2 || !is_letter(verb[0], 'V')) return VersionQuestion::kNone;
  VersionQuestion question = VersionQuestion::kBase;
  if (verb.size() == 2) {
    if (!is_letter(verb[1], 'F')) return VersionQuestion::kNone;
    *date = next_token(&command);
    if (!is_date(*date)) return VersionQuestion::kNone;
    question = VersionQuestion::kFeature;
  }
  return next_token(&command).empty() ? question : VersionQuestion::kNone;
}

}  // namespace rtpp
