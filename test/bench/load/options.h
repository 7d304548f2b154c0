#pragma once

#include <getopt.h>

#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string>

namespace load {

inline constexpr const char* kUsage =
    "usage: load [options] [FILE]\n"
    "Plays both phones of sessions on an RTP relay and prints one line of JSON about what arrived. FILE (default: "
    "stdin)\n"
    "has a line per session: local port of A, relay port for A, local port of B, relay port for B, IP address.\n"
    "  --seconds=N     how long to send (default 10)\n"
    "  --rate=N        packets per second of each phone (default 50)\n"
    "  --digits=N      seconds between two digits of a phone, RFC 4733; 0 = none (default)\n"
    "  --rtcp=N        seconds between two RTCP reports of a phone; 0 = none (default)\n"
    "  --pace-us=N     packets that are due within so many microseconds are sent together (default 100)\n"
    "  --drain-ms=N    how long to wait for the last packets (default 2000)\n"
    "  --threads=N     threads that share the sessions (default 1)\n"
    "  --reserve=N     first bind ports for N sessions and print {\"ports\":[A,B,A,B,...]}; then read the list, which "
    "uses\n"
    "                  them; then print {\"startMs\":T}, CLOCK_MONOTONIC of the first packet\n"
    "  --address=IP    where to reserve (default 127.0.0.1)\n";

/** The command line is wrong; the text says what. */
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  unsigned seconds = 10;
  unsigned rate = 50;
  unsigned digits = 0;
  unsigned rtcp = 0;
  unsigned pace_us = 100;
  unsigned drain_ms = 2000;
  unsigned threads = 1;
  /** Sessions; 0 when the caller has chosen the ports. */
  unsigned reserve = 0;
  std::string address = "127.0.0.1";
  /** Empty for the standard input. */
  std::string file;
};

/** @throws UsageError when it is not a number from `lowest` to `highest` */
inline unsigned parse_number(const char* text, unsigned lowest, unsigned highest) {
  unsigned value = 0;
  const char* end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, value);
  if (error != std::errc() || rest != end || value < lowest || value > highest) {
    throw UsageError("not a number from " + std::to_string(lowest) + " to " + std::to_string(highest) + ": " + text);
  }
  return value;
}

/** @throws UsageError */
inline Options parse_options(int argc, char** argv) {
  static const option kOptions[] = {
      {"seconds", required_argument, nullptr, 's'}, {"rate", required_argument, nullptr, 'r'},
      {"pace-us", required_argument, nullptr, 'p'}, {"drain-ms", required_argument, nullptr, 'd'},
      {"threads", required_argument, nullptr, 't'}, {"reserve", required_argument, nullptr, 'n'},
      {"address", required_argument, nullptr, 'a'}, {"digits", required_argument, nullptr, 'e'},
      {"rtcp", required_argument, nullptr, 'c'},    {nullptr, 0, nullptr, 0},
  };
  Options options;
  for (int letter; (letter = ::getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    if (letter == 's') {
      options.seconds = parse_number(optarg, 1, 3600);
    } else if (letter == 'r') {
      options.rate = parse_number(optarg, 1, 100'000);
    } else if (letter == 'e') {
      options.digits = parse_number(optarg, 0, 3600);
    } else if (letter == 'c') {
      options.rtcp = parse_number(optarg, 0, 3600);
    } else if (letter == 'p') {
      options.pace_us = parse_number(optarg, 0, 10'000);
    } else if (letter == 'd') {
      options.drain_ms = parse_number(optarg, 0, 60'000);
    } else if (letter == 't') {
      options.threads = parse_number(optarg, 1, 16);
    } else if (letter == 'n') {
      options.reserve = parse_number(optarg, 1, 5'000);
    } else if (letter == 'a') {
      options.address = optarg;
    } else {
      throw UsageError("see above");
    }
  }
  if (optind < argc) options.file = argv[optind++];
  if (optind < argc) throw UsageError(std::string("unexpected argument: ") + argv[optind]);
  return options;
}

}  // namespace load
