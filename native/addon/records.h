#pragma once

#include "addon/convert.h"
#include "control/request_book.h"
#include "engine/events.h"
#include "engine/stats.h"
#include "engine/watch.h"

// The fields of the structs that cross to JavaScript, from the lists that declare them.

#define RTPP_FIELD(name) Field{#name, &T::name},
#define RTPP_TYPED_FIELD(type, name) RTPP_FIELD(name)
#define RTPP_FIELDS_OF(Struct, ...)            \
  template <>                                  \
  inline constexpr auto kFields<Struct> = [] { \
    using T = Struct;                          \
    return std::tuple{__VA_ARGS__};            \
  }();

namespace rtpp {

RTPP_FIELDS_OF(EngineTotals, RTPP_ENGINE_TOTALS(RTPP_FIELD))
RTPP_FIELDS_OF(WorkerFigures, RTPP_WORKER_FIGURES(RTPP_FIELD))
RTPP_FIELDS_OF(ControlFigures, RTPP_CONTROL_FIGURES(RTPP_FIELD))

// Rows of numbers: an array has them all, one after the other.
RTPP_FIELDS_OF(ChannelFigures, RTPP_CHANNEL_FIGURES(RTPP_FIELD))
RTPP_FIELDS_OF(AddressFigures, RTPP_ADDRESS_FIGURES(RTPP_FIELD))
RTPP_FIELDS_OF(UnreachedFigures, RTPP_UNREACHED_FIGURES(RTPP_FIELD))
RTPP_FIELDS_OF(LegFigures, RTPP_FIELD(rtp) RTPP_FIELD(rtcp) RTPP_LEG_FIGURES(RTPP_FIELD) RTPP_FIELD(media)
                               RTPP_FIELD(rtcp_media) RTPP_FIELD(ignored) RTPP_FIELD(unreached))
RTPP_FIELDS_OF(SessionFigures, RTPP_FIELD(ttl) RTPP_FIELD(fork_target) RTPP_FIELD(legs))

// Packed records.
RTPP_FIELDS_OF(Event, RTPP_EVENT_FIELDS(RTPP_TYPED_FIELD))
RTPP_FIELDS_OF(WatchedPacket, RTPP_WATCHED_FIELDS(RTPP_TYPED_FIELD))
RTPP_FIELDS_OF(ControlRequest, RTPP_CONTROL_REQUEST_FIELDS(RTPP_TYPED_FIELD))

}  // namespace rtpp
