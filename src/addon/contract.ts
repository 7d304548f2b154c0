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
export const IGNORE_REASONS = ['none', 'holderSends', 'holderSilent', 'otherHost', 'rtcpHost'] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];

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
export const RECORD_FORMATS = ['adhoc', 'pcap'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** Packets were lost for the first time; nothing more is written (`native/sinks/writer.h`). */
export const RECORD_NEWS = ['trouble', 'closed'] as const;
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
  /** Not taken by the kernel for sending. */
  packetsRefused: 0,
  /** Informational events that found the queue of events full. */
  eventsDropped: 0,
  /** Packets in recordings, and packets that are missing there. */
  packetsRecorded: 0,
  recordsLost: 0,
};
export type EngineTotals = Readonly<typeof ENGINE_TOTALS>;

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

/** Packets of one direction on one channel, by fate (media.md 2.6). */
const CHANNEL_FIGURES = {
  received: 0,
  relayed: 0,
  dropped: 0,
  ignored: 0,
  /** To the peer of the leg, whoever sent them: not taken by the kernel. */
  refused: 0,
};
export type ChannelFigures = Readonly<typeof CHANNEL_FIGURES>;

/** An address: 4, 6 or 0 for none; its port; four parts of 32 bits, of which IPv4 fills the first. */
const ADDRESS_FIGURES = { family: 0, port: 0, ip0: 0, ip1: 0, ip2: 0, ip3: 0 };
export type AddressFigures = Readonly<typeof ADDRESS_FIGURES>;

/** What one leg received from its peer (`native/engine/stats.h`). */
const LEG_FIGURES = {
  rtp: CHANNEL_FIGURES,
  rtcp: CHANNEL_FIGURES,
  /** Unix seconds of the first and last RTP packet; 0 = none. */
  firstIn: 0,
  lastIn: 0,
  /** Longest gap between two RTP packets, seconds. */
  longestIpi: 0,
  /** Packets expected by sequence numbers, unique packets, duplicates, unparsable packets (media.md 5). */
  sent: 0,
  received: 0,
  duplicates: 0,
  parseErrors: 0,
  /** RTP timestamp units. */
  jitterLast: 0,
  jitterMax: 0,
  jitterAvg: 0,
  /** Last SSRC seen; meaningless while `ssrcChanges` is 0. */
  ssrc: 0,
  /** Distinct runs of SSRCs; 0 = no RTP packet yet. */
  ssrcChanges: 0,
  /** Where RTP was sent to last, and whose RTP was ignored last. */
  media: ADDRESS_FIGURES,
  ignored: ADDRESS_FIGURES,
};
export type LegFigures = Readonly<typeof LEG_FIGURES>;

/** What is known of a session. */
export const SESSION_FIGURES = {
  /** Seconds left; with a timer for each leg (`-i`) the smaller of both. */
  ttl: 0,
  legs: [LEG_FIGURES, LEG_FIGURES] as const,
};
export interface SessionFigures {
  readonly ttl: number;
  readonly legs: readonly [LegFigures, LegFigures];
}

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
} as const;

/** The lists as the addon tells them. */
export const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  engineTotals: Object.keys(ENGINE_TOTALS),
  controlFigures: Object.keys(CONTROL_FIGURES),
  sessionFigures: paths(SESSION_FIGURES),
  event: describeLayout(EVENT),
  controlRequest: describeLayout(CONTROL_REQUEST),
  eventKinds: EVENT_KINDS,
  latchRules: LATCH_RULES,
  ignoreReasons: IGNORE_REASONS,
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

/** In which lists an addon is another than this one, and how; none: it fits. */
export function contractDifferences(addon: unknown): string[] {
  const theirs = isRecord(addon) ? addon : {};
  const names = new Set([...Object.keys(CONTRACT), ...Object.keys(theirs)]);
  return [...names].flatMap((name) => {
    const difference = listDifference(CONTRACT[name], theirs[name]);
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
