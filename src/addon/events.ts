import {
  DENIALS,
  type Denial,
  EVENT,
  EVENT_KINDS,
  type EventKind,
  IGNORE_REASONS,
  type IgnoreReason,
  LATCH_RULES,
  type LatchRule,
  WAYS,
  type Way,
} from './contract.ts';
import { endpointText } from './endpoint.ts';
import type { LegIndex, SessionHandle } from './types.ts';

/** Something that happened to a session on its relay worker. */
export type EngineEvent = Occasion &
  (
    | { readonly kind: Exclude<EventKind, 'ignored' | 'taken' | 'denied'> }
    | { readonly kind: 'ignored'; readonly reason: IgnoreReason }
    /** `packets` within `value` milliseconds spoke for the source, by this rule. */
    | { readonly kind: 'taken'; readonly rule: LatchRule; readonly packets: number }
    | { readonly kind: 'denied'; readonly denial: Denial; readonly way: Way }
  );

/** Where it happened, and with which packet. */
interface Occasion {
  /** Session handle; it may be stale by the time the event is read. */
  readonly session: SessionHandle;
  readonly leg: LegIndex;
  readonly channel: 'RTP' | 'RTCP';
  /** `host:port`, IPv6 in brackets; empty when the event carries none. */
  readonly address: string;
  /** Port of `address`. */
  readonly port: number;
  /** Undefined when no RTP packet stands behind the event. */
  readonly ssrc: number | undefined;
  readonly seq: number;
  /** Depends on the kind, see `EventKind` in `native/engine/events.h`. */
  readonly value: number;
}

/** Decodes `count` records from the start of `buffer`. */
export function decodeEvents(buffer: Buffer, count: number): EngineEvent[] {
  return Array.from({ length: count }, (_, i) => decode(buffer, i * EVENT.size));
}

const { fields } = EVENT;

function decode(buffer: Buffer, at: number): EngineEvent {
  const ip = buffer.subarray(at + fields.ip.offset, at + fields.ip.offset + fields.ip.bytes);
  const port = fields.port.read(buffer, at);
  const occasion: Occasion = {
    session: fields.session.read(buffer, at) as SessionHandle,
    leg: fields.leg.read(buffer, at) === 0 ? 0 : 1,
    channel: fields.rtcp.read(buffer, at) === 0 ? 'RTP' : 'RTCP',
    address: endpointText(fields.family.read(buffer, at), ip, port),
    port,
    ssrc: fields.hasSsrc.read(buffer, at) === 0 ? undefined : fields.ssrc.read(buffer, at),
    seq: fields.seq.read(buffer, at),
    value: fields.value.read(buffer, at),
  };
  const detail = fields.detail.read(buffer, at);
  const count = fields.count.read(buffer, at);
  const kind = named(EVENT_KINDS, fields.kind.read(buffer, at));
  switch (kind) {
    case 'ignored':
      return { ...occasion, kind, reason: named(IGNORE_REASONS, detail) };
    case 'taken':
      return { ...occasion, kind, rule: named(LATCH_RULES, detail), packets: count };
    case 'denied':
      return { ...occasion, kind, denial: named(DENIALS, detail), way: named(WAYS, count) };
    default:
      return { ...occasion, kind };
  }
}

/** The name of a number of the addon's. */
function named<Name extends string>(names: readonly Name[], number: number): Name {
  const name = names[number];
  if (name === undefined) throw new RangeError(`the addon reports ${number}, which is none of ${names.join(', ')}`);
  return name;
}
