#pragma once

#include <cstdint>
#include <istream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace load {

struct PhonePorts {
  /** Where the phone sends from and receives. */
  uint16_t local;
  /** Where it sends to: the relay's port for it. */
  uint16_t relay;
};

struct SessionLine {
  /** A and B. */
  PhonePorts phones[2];
  /** Numeric IP address of all four. */
  std::string address;
};

/**
 * Reads one session per line: local port of A, relay port for A, local port of B, relay port for B, address. Empty
 * lines are skipped. @throws std::runtime_error
 */
inline std::vector<SessionLine> read_session_list(std::istream& in) {
  std::vector<SessionLine> sessions;
  std::string text;
  for (unsigned number = 1; std::getline(in, text); ++number) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::istringstream fields(text);
    SessionLine line;
    std::string rest;
    const auto complain = [&] {
      return std::runtime_error("session list, line " + std::to_string(number) + ": " + text);
    };
    for (PhonePorts& phone : line.phones) {
      fields >> phone.local >> phone.relay;
      if (!fields || phone.local == 0 || phone.relay == 0) throw complain();
    }
    if (!(fields >> line.address) || fields >> rest) throw complain();
    sessions.push_back(std::move(line));
  }
  if (sessions.empty()) throw std::runtime_error("the session list is empty");
  return sessions;
}

}  // namespace load
