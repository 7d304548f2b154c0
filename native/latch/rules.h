#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/names.h"

namespace rtpp {

/** What is known of a source that does not hold the leg, and of the holder; a set of them is a sum. */
enum LatchFact : uint16_t {
  /** Nobody holds the leg. */
  kNobody = 1 << 0,
  /** There is no evidence yet that the holder is the party. */
  kUnproven = 1 << 1,
  /** The source is a port of the signalled host; where that is a private one, of the host where the party was found. */
  kPointed = 1 << 2,
  /** More speaks for the source than for the holder: being signalled is more than having been found, that more than
   * nothing. */
  kBetter = 1 << 3,
  /** Nothing speaks for the holder. */
  kStray = 1 << 4,
  /** The party was found on this host before; or this is the first comer, and nobody was found yet. */
  kHome = 1 << 5,
  /** The holder's host. */
  kSameHost = 1 << 6,
  /** Two of its packets in a row had an SSRC of the holder and a sequence number near. */
  kGoesOn = 1 << 7,
  /** A U or L came in the last 10 s, or in the 10 s before the first of the packets that count. */
  kReopened = 1 << 8,
  /** Signalling named another address in the last 10 s, and this is it. */
  kAwaited = 1 << 9,
  /** The holder, or another path of its stream, was heard after it: they sent at the same time. */
  kBeside = 1 << 10,
  /** The holder is the first comer, and has sent for less than half a second; the source is where signalling says. */
  kEarly = 1 << 11,
  /** It held the leg, or was a path of the holder's stream, until another source got it in a silence. */
  kFormer = 1 << 12,
  /** A port of the signalled host. */
  kSignalled = 1 << 13,
  /** A former holder, and it had been found. */
  kFormerFound = 1 << 14,
};

/** Which packets of a source a rule counts. */
enum class Counted : uint8_t {
  /** Each less than 0.2 s behind the one before. */
  kBurst,
  /** Each less than a second behind the one before. */
  kRun,
  /** Since the holder was heard last. */
  kAlone,
};

/** One way to get the leg. All that is asked for has to hold. */
struct LatchRule {
  /** As in docs/latching.md and in the log. */
  const char* name;
  uint16_t needs;
  uint16_t excludes;
  /** The holder has been silent for so long. */
  int32_t silence_ms;
  /** So many packets. */
  uint8_t packets;
  Counted counted;
  /** Instead of `packets`: two, kRareMs apart or the first kLoneMs ago, when nobody else was heard meanwhile. */
  bool rare;
  /** Instead of `packets`: one, when nobody else was heard for kLoneMs after it. */
  bool lone;
};

inline constexpr int64_t kNsPerMs = 1'000'000;
inline constexpr uint8_t kEnough = 5;
/** Two packets in a row go on from the holder; one can be guessed. */
inline constexpr uint8_t kInARow = 2;
/** No number of packets is enough by itself. */
inline constexpr uint8_t kNoCount = 255;
inline constexpr int32_t kBurstMs = 200;
inline constexpr int32_t kRunMs = 1000;
inline constexpr int32_t kRareMs = 200;
/** The holder is sending as long as it was heard so recently. Who gets the leg later on has to give it back. */
inline constexpr int32_t kSilentMs = 200;
/** After signalling has named another address: it has left. */
inline constexpr int32_t kLeftMs = 100;
inline constexpr int32_t kLoneMs = 1000;
inline constexpr int32_t kReopenMs = 10'000;
/** How long it may take the party to send from where signalling says. */
inline constexpr int32_t kEarlyMs = 500;
/** Two sources of which one ends and the other begins: their packets may cross for so long. */
inline constexpr int32_t kOverlapMs = 50;
/** A source that has been silent for so long is a new one. */
inline constexpr int32_t kForgetMs = 5000;

/** Tried in this order. docs/latching.md has the same table, which a test compares. */
inline constexpr std::array kLatchRules = {
    // name, needs, excludes, silence, packets, counted, rare, lone
    LatchRule{"first", kNobody, 0, 0, 1, Counted::kRun, false, false},
    LatchRule{"awaited", kAwaited, 0, 0, 1, Counted::kRun, false, false},
    LatchRule{"better than unproven", kUnproven | kBetter | kSignalled, 0, 0, 1, Counted::kRun, false, false},
    LatchRule{"better, early", kBetter | kEarly, 0, 0, 1, Counted::kRun, false, false},
    LatchRule{"better", kBetter, 0, 0, 3, Counted::kBurst, false, false},
    LatchRule{"better, silent", kBetter, 0, kSilentMs, 3, Counted::kAlone, true, false},
    LatchRule{"back again", kFormerFound, 0, 0, 3, Counted::kBurst, false, false},
    LatchRule{"back again, silent", kFormer, 0, kSilentMs, 3, Counted::kAlone, true, false},
    LatchRule{"first comer", kHome | kUnproven, 0, 100, 3, Counted::kAlone, true, true},
    LatchRule{"goes on", kGoesOn, 0, 80, 5, Counted::kAlone, true, false},
    LatchRule{"contest", kUnproven | kStray, 0, 100, 5, Counted::kAlone, true, false},
    LatchRule{"unproven, pointed to", kUnproven | kPointed, 0, 1000, kNoCount, Counted::kAlone, false, true},
    LatchRule{"unproven, reopened", kUnproven | kStray | kReopened, 0, 1000, kNoCount, Counted::kAlone, false, true},
    LatchRule{"pointed to", kPointed, kBeside, kSilentMs, 3, Counted::kAlone, true, false},
    LatchRule{"same host", kSameHost, kBeside, kSilentMs, 5, Counted::kAlone, true, false},
    LatchRule{"reopened", kReopened, 0, kSilentMs, 5, Counted::kAlone, true, false},
    LatchRule{"silence", 0, kBeside, 2000, 5, Counted::kAlone, false, false},
    LatchRule{"silence after sending beside", kBeside, 0, 5000, 5, Counted::kAlone, false, false},
};

/** Why a packet is ignored. */
#define RTPP_IGNORE_REASONS(X)                                                             \
  X(kNone)                                                                                 \
  X(kHolderSends)  /* another source of this leg is sending */                             \
  X(kHolderSilent) /* but there are not enough packets yet, or its silence is too short */ \
  X(kOtherHost)    /* asymmetric: another host than signalled */                           \
  X(kRtcpHost)     /* RTCP from another host than RTP */                                   \
  X(kSettled)      /* mode `compat`: the stream is settled on another source */
RTPP_NAMED_ENUM(IgnoreReason, RTPP_IGNORE_REASONS)

/** How it became known where a stream's packets are sent to. */
#define RTPP_ADDRESS_ORIGINS(X)            \
  X(kNone)      /* it is not known yet */  \
  X(kSignalled) /* signalling named it */  \
  X(kLearned)   /* packets came from it */ \
  X(kRelearned) /* the same, after another address that was learned */
RTPP_NAMED_ENUM(AddressOrigin, RTPP_ADDRESS_ORIGINS)

/** How far a stream is with its party. */
#define RTPP_LATCH_STAGES(X)                                                      \
  X(kWaiting)   /* nobody was heard yet */                                        \
  X(kProbing)   /* somebody sends, and nothing proves yet that it is the party */ \
  X(kContested) /* two sources have sent, and nothing speaks for either */        \
  X(kLatched)   /* the party was found */
RTPP_NAMED_ENUM(LatchStage, RTPP_LATCH_STAGES)

}  // namespace rtpp
