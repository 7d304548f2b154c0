// Load generator: plays both phones of many sessions against a running RTP relay. See load/options.h for its use.

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "load/clock.h"
#include "load/generator.h"
#include "load/options.h"
#include "load/report.h"
#include "load/session_list.h"

namespace load {
namespace {

/** Sockets that are bound already, by port. */
using Reserved = std::map<uint16_t, PhoneSocket>;

void print_line(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

Reserved reserve(const Options& options) {
  Reserved sockets;
  std::string ports;
  for (ReservedPort& reserved : reserve_ports(options.reserve * 2, options.address)) {
    ports += (ports.empty() ? "" : ",") + std::to_string(reserved.port);
    sockets.emplace(reserved.port, std::move(reserved.socket));
  }
  print_line("{\"ports\":[" + ports + "]}");
  return sockets;
}

std::vector<SessionLine> read_sessions(const std::string& file) {
  if (file.empty()) return read_session_list(std::cin);
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  return read_session_list(in);
}

PhoneSocket take_socket(Reserved* reserved, const std::string& address, uint16_t port) {
  if (auto found = reserved->extract(port)) return std::move(found.mapped());
  try {
    return PhoneSocket(Address(address, port));
  } catch (const std::system_error& error) {
    throw std::runtime_error(address + " port " + std::to_string(port) + ": " + error.what());
  }
}

/** The phones of every `threads`-th session from `first` on: all A, then all B, so that the two of a session alternate.
 */
std::vector<Phone> open_phones(const std::vector<SessionLine>& sessions, Reserved* reserved, size_t first,
                               unsigned threads) {
  std::vector<Phone> phones;
  for (uint32_t side = 0; side < 2; ++side) {
    for (size_t i = first; i < sessions.size(); i += threads) {
      const auto& [local, relay] = sessions[i].phones[side];
      const std::string& address = sessions[i].address;
      phones.push_back(Phone{.socket = take_socket(reserved, address, local),
                             .relay = Address(address, relay),
                             .relay_rtcp = Address(address, static_cast<uint16_t>(relay + 1)),
                             .session = static_cast<uint32_t>(i),
                             .side = side,
                             .seen = {}});
    }
  }
  return phones;
}

double cpu_seconds() {
  rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/** What each phone should have received and has not. */
std::vector<Shortfall> shortfalls(const std::vector<std::unique_ptr<Generator>>& generators, size_t sessions) {
  std::vector<uint32_t> sent(sessions * 2);
  std::vector<uint32_t> received(sessions * 2);
  for (const auto& generator : generators) {
    for (const Phone& phone : generator->phones()) {
      sent[phone.session * 2 + phone.side] = phone.sent;
      received[phone.session * 2 + phone.side] = phone.received;
    }
  }
  std::vector<Shortfall> result;
  for (uint32_t i = 0; i < sent.size(); ++i) {
    const uint32_t expected = sent[i ^ 1];
    if (received[i] < expected) result.push_back({i / 2, i % 2, expected - received[i]});
  }
  return result;
}

void run(const Options& options) {
  raise_file_limit();
  Reserved reserved;
  if (options.reserve > 0) reserved = reserve(options);
  const std::vector<SessionLine> sessions = read_sessions(options.file);
  const auto threads = static_cast<unsigned>(std::min<size_t>(options.threads, sessions.size()));

  std::random_device random;
  const uint64_t run = uint64_t{random()} << 32 | random();
  std::vector<std::vector<Phone>> phones;
  for (unsigned i = 0; i < threads; ++i) phones.push_back(open_phones(sessions, &reserved, i, threads));

  constexpr int64_t kStartUpNs = 100'000'000;
  const Plan plan{.run = run,
                  .start_ns = now_ns() + kStartUpNs,
                  .seconds = options.seconds,
                  .rate = options.rate,
                  .digits = options.digits,
                  .rtcp = options.rtcp,
                  .pace_ns = options.pace_us * int64_t{1000},
                  .drain_ns = options.drain_ms * int64_t{1'000'000}};
  const int64_t packet_ns = kSecondNs / plan.rate / static_cast<int64_t>(sessions.size() * 2);
  std::vector<std::unique_ptr<Generator>> generators;
  for (unsigned i = 0; i < threads; ++i) {
    generators.push_back(std::make_unique<Generator>(plan, std::move(phones[i]), packet_ns * i));
  }
  if (options.reserve > 0) {
    std::string line;
    append(&line, "{\"startMs\":%.3f}", static_cast<double>(plan.start_ns) / 1e6);
    print_line(line);
  }

  const double cpu_before = cpu_seconds();
  {
    std::vector<std::jthread> running;
    for (const auto& generator : generators) running.emplace_back([&generator] { generator->run(); });
  }
  Outcome outcome{plan, static_cast<unsigned>(sessions.size()), generators[0]->tally(),
                  shortfalls(generators, sessions.size()), cpu_seconds() - cpu_before};
  for (unsigned i = 1; i < threads; ++i) outcome.tally.merge(generators[i]->tally());
  print_line(format_report(outcome));
}

}  // namespace
}  // namespace load

int main(int argc, char** argv) {
  try {
    load::run(load::parse_options(argc, argv));
    return 0;
  } catch (const load::UsageError& error) {
    std::fprintf(stderr, "load: %s\n%s", error.what(), load::kUsage);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load: %s\n", error.what());
    return 1;
  }
}
