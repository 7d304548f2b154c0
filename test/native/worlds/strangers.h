#pragma once

#include <cstdint>
#include <vector>

#include "worlds/dice.h"
#include "worlds/world.h"

namespace rtpp::worlds {

/** Somebody who sends to the ports of a leg and is not its party. */
class Strangers {
 public:
  /** The part of the parties must have been written, and sorted. */
  Strangers(World* world, Dice* dice, uint8_t leg);

  /** One more stranger. */
  void add();
  /** One who does nothing but what must not change anything: single packets, a spray, a spoofed packet now and then. */
  void add_weak();

 private:
  int64_t start();
  Endpoint host();
  uint16_t place(const Endpoint& host, bool rtcp);
  void flood();
  void many_ports();
  void spray();
  void singles();
  void rare();
  void spoof();
  void bursts();
  void turns();
  void spoofed_bursts();
  void burst(uint16_t from, int64_t packets);
  int signalled_in_vain() const;
  void send_spoofed();
  void rtcp();
  void choose_stream();
  void send(uint16_t place);
  void send_rtcp(uint16_t place);

  World* world_;
  Dice& dice_;
  uint8_t leg_;
  /** Of the party: its packets, RTCP left out, and the signalling about it. */
  std::vector<Event> packets_;
  std::vector<Event> signals_;
  int64_t now_ns_ = 0;
  bool rtp_ = true;
  bool guesses_ = false;
  uint32_t ssrc_ = 0;
  uint16_t seq_ = 0;
  uint16_t ports_ = 0;
  uint8_t hosts_ = 0;
};

}  // namespace rtpp::worlds
