import { describeLayout, layoutOf } from './layout.ts';

// What TypeScript and C++ know by the same name or by its place in a list. The lists in C++ are the source; the addon tells
// them (`native/addon/contract.cc`), and the loader refuses one whose lists are not these. Types are made from them, so that
// a name stands here once. `likeThis` is `like_this` or `kLikeThis` in C++.

// Enumerations, by their numbers.

/** What happens on a relay worker (`native/engine/events.h`). */
export const EVENT_KINDS = [
  'timeout',
  'prefilled',
  'onHold',
  'offHold',
  'filledIn',
  'latched',
  'relatched',
  'notLatched',
  'moved',
  'rtcpGuessed',
  'ssrcChanged',
  'attachFailed',
  'ignored',
  'taken',
  'refused',
  'leftOut',
  'denied',
  'looped',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** The rules by which a source gets a leg (`native/latch/rules.h`, docs/latching.md). */
export const LATCH_RULES = [
  'first',
  'awaited',
  'better than unproven',
  'better, early',
  'better',
  'better, silent',
  'back again',
  'back again, silent',
  'first comer',
  'goes on',
  'contest',
  'unproven, pointed to',
  'unproven, reopened',
  'pointed to',
  'same host',
  'reopened',
  'silence',
  'silence after sending beside',
] as const;
export type LatchRule = (typeof LATCH_RULES)[number];

/** Why packets are ignored (`native/latch/rules.h`). */
export const IGNORE_REASONS = ['none', 'holderSends', 'holderSilent', 'otherHost', 'rtcpHost', 'settled'] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];

/** How it became known where media of a leg goes (`native/latch/rules.h`). `learned` again is `relearned`. */
export const ADDRESS_ORIGINS = ['none', 'signalled', 'learned', 'relearned'] as const;
export type AddressOrigin = (typeof ADDRESS_ORIGINS)[number];

/**
 * How far a leg is with its party (`native/latch/rules.h`). `waiting`: nobody was heard yet; `probing`: somebody sends, and
 * nothing proves yet that it is the party; `contested`: two sources have sent, and nothing speaks for either; `latched`: the
 * party was found.
 */
export const LATCH_STATES = ['waiting', 'probing', 'contested', 'latched'] as const;
export type LatchStateName = (typeof LATCH_STATES)[number];

/** Why nothing goes to an address or is taken from it (`native/access/policy.h`). */
export const DENIALS = ['none', 'control', 'ownPort', 'listed', 'multicast', 'broadcast', 'wellKnown'] as const;
export type Denial = (typeof DENIALS)[number];

/** What was to be done with a packet (`native/engine/events.h`). */
export const WAYS = ['sent', 'received', 'copied'] as const;
export type Way = (typeof WAYS)[number];

/** What signalling says about a peer (`native/engine/operations/peer.h`). */
export const PEER_KINDS = ['none', 'hold', 'address'] as const;
export type PeerKind = (typeof PEER_KINDS)[number];

/** Formats of recordings (`native/sinks/record.h`). */
export const RECORD_FORMATS = ['adhoc', 'pcap', 'wav'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** Packets were lost for the first time; nothing more is written (`native/sinks/writer.h`). */
export const RECORD_NEWS = ['trouble', 'closed', 'undecoded'] as const;
export type RecordNews = (typeof RECORD_NEWS)[number];

/** The packet backends (`native/io/backends.cc`), and the rights that each one takes. */
export const BACKENDS = {
  sockets: '',
  shared: 'CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW',
} as const;
export type BackendName = keyof typeof BACKENDS;

/** How packets come in and go out: by a backend, or `auto`, the best one that works. */
export const IO_CHOICES = ['auto', ...(Object.keys(BACKENDS) as BackendName[])] as const;
export type IoChoice = (typeof IO_CHOICES)[number];

/** Whether sockets are used again for later ports, or why not (`native/io/socket_reuse.h`). */
export const REUSES = ['on', 'backend', 'descriptors', 'kernel', 'outside', 'reserved'] as const;
export type Reuse = (typeof REUSES)[number];

// Figures. The zeros only say that each is a number.

/** Sums over all sessions since the engine started (`native/engine/stats.h`). */
export const ENGINE_TOTALS = {
  packetsReceived: 0,
  /** Sent on to the other party: those that the kernel took. */
  packetsRelayed: 0,
  packetsDiscarded: 0,
  /** From sources other than the peers. */
  packetsIgnored: 0,
  /** Not sent, copied or taken because of the other end's address. */
  packetsDenied: 0,
  /** Circulated between sessions, and were dropped. */
  packetsLooped: 0,
  /** Sent by players. */
  packetsPlayed: 0,
  /** Packets into resizers, out of them, and thrown away by them. */
  resizerIn: 0,
  resizerOut: 0,
  resizerDiscarded: 0,
  /** Packets that found the receive queue of a media socket full. */
  kernelDrops: 0,
  /** Received over the last full second. */
  packetsPerSecond: 0,
  /** RTCP among the packets received, relayed, discarded and ignored. */
  rtcpReceived: 0,
  rtcpRelayed: 0,
  rtcpDiscarded: 0,
  rtcpIgnored: 0,
  /** Packets shown to modules, and not shown: too many of one stream in a second, or the main loop lagged behind. */
  packetsWatched: 0,
  watchedLost: 0,
  /** Not taken by the kernel for sending. */
  packetsRefused: 0,
  /** Informational events that found the queue of events full. */
  eventsDropped: 0,
  /** Packets in recordings, and packets that are missing there. */
  packetsRecorded: 0,
  recordsLost: 0,
};
export type EngineTotals = Readonly<typeof ENGINE_TOTALS>;

/** What is told of each relay worker (`native/engine/stats.h`). */
export const WORKER_FIGURES = {
  packetsReceived: 0,
  /** Received over the last full second. */
  packetsPerSecond: 0,
  /** Processor time that its thread has used. */
  cpuSeconds: 0,
};
export type WorkerFigures = Readonly<typeof WORKER_FIGURES>;

/** Figures of the control sockets (`native/control/request_book.h`). */
export const CONTROL_FIGURES = {
  /** Datagrams answered with a reply given before. */
  repeated: 0,
  /** `V` and `VF` that never came here. */
  answered: 0,
  /** Datagrams and replies dropped because a bound was reached; their senders repeat them. */
  dropped: 0,
  /** Replies kept, and their memory in bytes. */
  cached: 0,
  cachedBytes: 0,
  /** Datagrams dropped because of their sender. */
  denied: 0,
};
export type ControlFigures = Readonly<typeof CONTROL_FIGURES>;

/** Takes the next number of a row. The figures of a session are declared as what is made of their row, in its order. */
type Next = () => number;

/** Packets of one direction on one channel, by fate (media.md 2.6). */
const channelFigures = (next: Next) => ({
  received: next(),
  relayed: next(),
  dropped: next(),
  ignored: next(),
  /** To the peer of the leg, whoever sent them: not taken by the kernel. */
  refused: next(),
});
export type ChannelFigures = Readonly<ReturnType<typeof channelFigures>>;

/** An address: 4, 6 or 0 for none; its port; four parts of 32 bits, of which IPv4 fills the first. */
const addressFigures = (next: Next) => ({
  family: next(),
  port: next(),
  ip0: next(),
  ip1: next(),
  ip2: next(),
  ip3: next(),
});
export type AddressFigures = Readonly<ReturnType<typeof addressFigures>>;

/**
 * ICMP messages that RTP to the address in use does not arrive, those of them since the last pause of 5 s, errno of the last one
 * and when it came in Unix seconds; 0 = none.
 * Anybody who knows both addresses can forge one.
 */
const unreachedFigures = (next: Next) => ({
  messages: next(),
  recent: next(),
  error: next(),
  at: next(),
});
export type UnreachedFigures = Readonly<ReturnType<typeof unreachedFigures>>;

/** What one leg received from its peer, and what is known of that (`native/engine/stats.h`). Flags are 0 or 1. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list, one figure a line
const legFigures = (next: Next) => ({
  rtp: channelFigures(next) as ChannelFigures,
  rtcp: channelFigures(next) as ChannelFigures,
  /** Unix seconds of the first and last RTP packet; 0 = none. */
  firstIn: next(),
  lastIn: next(),
  /** Longest gap between two RTP packets, seconds. */
  longestIpi: next(),
  /** Packets expected by sequence numbers, unique packets, duplicates, bytes of payload, unparsable packets (media.md 5). */
  sent: next(),
  received: next(),
  duplicates: next(),
  payloadBytes: next(),
  parseErrors: next(),
  /** RTP timestamp units. */
  jitterLast: next(),
  jitterMax: next(),
  jitterAvg: next(),
  /** Last SSRC seen; meaningless while `ssrcChanges` is 0. */
  ssrc: next(),
  /** Distinct runs of SSRCs; 0 = no RTP packet yet. */
  ssrcChanges: next(),
  /** The highest sequence number of the latest run, 16 bits; meaningless while `ssrcChanges` is 0. */
  highestSeq: next(),
  /** Runs of lost packets; packets later than a jitter buffer of 60 ms waits; packets behind a later one (media.md 5). */
  lossEvents: next(),
  late: next(),
  /** Seconds that the latest packet came after the moment at which the quickest would have, and the most of any; -1 = not known. */
  behind: next(),
  mostBehind: next(),
  reordered: next(),
  /** Payload type in use, -1 = none yet; RTP packets of other types; payload type of the latest packet, -1 = none yet. */
  payloadType: next(),
  otherPayload: next(),
  lastPayload: next(),
  /**
   * What the party reports by RTCP of the media that it gets: lost packets, 0 to 1; jitter in RTP timestamp units. Seconds
   * from here to the party and back. -1 = not known.
   */
  farLoss: next(),
  farJitter: next(),
  roundTrip: next(),
  /** How `media` became known, of ADDRESS_ORIGINS, and since when media goes there: Unix seconds, 0 = it is not known. */
  addressOrigin: next(),
  addressSince: next(),
  /** Of LATCH_STATES. */
  latchState: next(),
  /** Why packets of `ignored` are, of IGNORE_REASONS. */
  ignoreReason: next(),
  /** Errno of the last packet to the party that the kernel did not take; 0 = none. */
  sendError: next(),
  /** Why nothing is sent to the party, of DENIALS. */
  denial: next(),
  /** The party is a port of this daemon, and its packets circulate. */
  looped: next(),
  /** What the party sends is recorded, or copied to another address. */
  recording: next(),
  copying: next(),
  /** A prompt is played to the party. */
  playing: next(),
  /** Where RTP was sent to last, and RTCP; whose RTP was ignored last. */
  media: addressFigures(next) as AddressFigures,
  rtcpMedia: addressFigures(next) as AddressFigures,
  ignored: addressFigures(next) as AddressFigures,
  unreached: unreachedFigures(next) as UnreachedFigures,
});
export type LegFigures = Readonly<ReturnType<typeof legFigures>>;

/** What is known of a session. */
export interface SessionFigures {
  /** Seconds left; with a timer for each leg (`-i`) the smaller of both. */
  readonly ttl: number;
  /** It is or was the target of a fork, and relays nothing of its own. */
  readonly forkTarget: number;
  readonly legs: readonly [LegFigures, LegFigures];
}

/** The figures of a session, of a row of numbers. */
export function sessionFiguresOf(next: Next): SessionFigures {
  return { ttl: next(), forkTarget: next(), legs: [legFigures(next), legFigures(next)] };
}

/** Nothing but zeros. */
export const SESSION_FIGURES = sessionFiguresOf(() => 0);

// Packed records, field by field.

/** Something that happened on a relay worker (`native/engine/events.h`). */
export const EVENT = layoutOf({
  session: 'float64',
  kind: 'uint8',
  leg: 'uint8',
  rtcp: 'uint8',
  family: 'uint8',
  port: 'uint16',
  seq: 'uint16',
  ssrc: 'uint32',
  value: 'uint32',
  hasSsrc: 'uint8',
  detail: 'uint8',
  count: 'uint8',
  reserved: '5 uint8',
  ip: '16 uint8',
});

/** A packet that modules look at; its bytes follow (`native/engine/watch.h`). */
export const WATCHED_PACKET = layoutOf({
  session: 'float64',
  arrivedAt: 'float64',
  size: 'uint32',
  sourcePort: 'uint16',
  localPort: 'uint16',
  leg: 'uint8',
  rtcp: 'uint8',
  sourceFamily: 'uint8',
  localFamily: 'uint8',
  reserved: '4 uint8',
  sourceIp: '16 uint8',
  localIp: '16 uint8',
});

/** A command that came by a control socket (`native/control/request_book.h`). */
export const CONTROL_REQUEST = layoutOf({
  id: 'int32',
  socket: 'int32',
  offset: 'int32',
  size: 'int32',
  room: 'int32',
  family: 'int32',
  port: 'int32',
  ip: '4 int32',
});

// Numbers that stand for something else.

export const CONSTANTS = {
  /** The TOS byte is not set. */
  noTos: -1,
  /** In place of a recording's number: nothing is recorded. */
  noFile: 0,
  /** In place of a number of microseconds for `batchWindow`: as the load asks for. */
  autoWindow: -1,
  /** Bytes that the longest watched packet takes, its record included. */
  longestWatched: 8256,
} as const;

/** The lists as the addon tells them, with OBJECTS. */
export const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  engineTotals: Object.keys(ENGINE_TOTALS),
  workerFigures: Object.keys(WORKER_FIGURES),
  controlFigures: Object.keys(CONTROL_FIGURES),
  sessionFigures: paths(SESSION_FIGURES),
  event: describeLayout(EVENT),
  watchedPacket: describeLayout(WATCHED_PACKET),
  controlRequest: describeLayout(CONTROL_REQUEST),
  eventKinds: EVENT_KINDS,
  latchRules: LATCH_RULES,
  ignoreReasons: IGNORE_REASONS,
  addressOrigins: ADDRESS_ORIGINS,
  latchStates: LATCH_STATES,
  denials: DENIALS,
  ways: WAYS,
  peerKinds: PEER_KINDS,
  recordFormats: RECORD_FORMATS,
  recordNews: RECORD_NEWS,
  ioChoices: IO_CHOICES,
  reuses: REUSES,
  constants: Object.entries(CONSTANTS).map(([name, value]) => `${name} = ${value}`),
};

/** Every number in nested figures, such as `legs.0.rtp.received`, in the order in which a row has them. */
function paths(figures: object): string[] {
  return Object.entries(figures).flatMap(([name, value]) =>
    typeof value === 'object' ? paths(value).map((path) => `${name}.${path}`) : [name],
  );
}

/** In which lists an addon is another than these, and how; none: it fits. */
export function contractDifferences(ours: Readonly<Record<string, readonly string[]>>, addon: unknown): string[] {
  const theirs = isRecord(addon) ? addon : {};
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names].flatMap((name) => {
    const difference = listDifference(ours[name], theirs[name]);
    return difference === undefined ? [] : [`${name} ${difference}`];
  });
}

function listDifference(ours: readonly string[] | undefined, theirs: unknown): string | undefined {
  if (ours === undefined) return 'are not known here';
  if (!Array.isArray(theirs)) return 'are missing';
  const lacks = ours.filter((name) => !theirs.includes(name));
  const adds = theirs.filter((name) => !ours.includes(name));
  if (lacks.length > 0 || adds.length > 0) {
    return [...lacks.map((name) => `lacks "${name}"`), ...adds.map((name) => `has "${name}"`)].join(', ');
  }
  const moved = ours.find((name, place) => theirs[place] !== name);
  return moved === undefined ? undefined : `has "${moved}" at another place`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
