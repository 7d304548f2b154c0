import { endpointText } from './endpoint.ts';
import type { LegIndex } from './types.ts';
import { EVENT_SIZE } from './types.ts';

/** Kinds of records, by the numbers of `EventKind` in `native/engine/events.h`. */
const KINDS = {
  1: 'timeout',
  2: 'prefilled',
  3: 'on-hold',
  4: 'off-hold',
  5: 'filled-in',
  6: 'latched',
  7: 're-latched',
  8: 'not-latched',
  9: 'moved',
  10: 'rtcp-guessed',
  11: 'ssrc-changed',
  12: 'attach-failed',
  13: 'ignored',
  14: 'taken',
  15: 'refused',
  16: 'left-out',
  17: 'denied',
  18: 'looped',
} as const;

export type EventKind = (typeof KINDS)[keyof typeof KINDS];

/** Something that happened to a session on its relay worker. */
export interface EngineEvent {
  readonly kind: EventKind;
  /** Session handle; it may be stale by the time the event is read. */
  readonly session: number;
  readonly leg: LegIndex;
  readonly channel: 'RTP' | 'RTCP';
  /** `host:port`, IPv6 in brackets; empty when the event carries none. */
  readonly address: string;
  /** Port of `address`. */
  readonly port: number;
  /** Undefined when no RTP packet stands behind the event. */
  readonly ssrc: number | undefined;
  readonly seq: number;
  /** These depend on the kind, see `EventKind` in `native/engine/events.h`. */
  readonly value: number;
  readonly detail: number;
  readonly count: number;
}

/** Decodes `count` records from the start of `buffer`. The layout is that of `struct Event`, little-endian. */
export function decodeEvents(buffer: Buffer, count: number): EngineEvent[] {
  const events: EngineEvent[] = [];
  for (let i = 0; i < count; i++) {
    const at = i * EVENT_SIZE;
    const kind = KINDS[buffer.readUInt8(at + 8) as keyof typeof KINDS];
    if (kind === undefined) throw new RangeError(`unknown event kind ${buffer.readUInt8(at + 8)}`);
    const family = buffer.readUInt8(at + 11);
    const port = buffer.readUInt16LE(at + 12);
    const ip = buffer.subarray(at + 32, at + 48);
    events.push({
      kind,
      session: buffer.readDoubleLE(at),
      leg: buffer.readUInt8(at + 9) === 0 ? 0 : 1,
      channel: buffer.readUInt8(at + 10) === 0 ? 'RTP' : 'RTCP',
      address: endpointText(family, ip, port),
      port,
      ssrc: buffer.readUInt8(at + 24) === 0 ? undefined : buffer.readUInt32LE(at + 16),
      seq: buffer.readUInt16LE(at + 14),
      value: buffer.readUInt32LE(at + 20),
      detail: buffer.readUInt8(at + 25),
      count: buffer.readUInt8(at + 26),
    });
  }
  return events;
}

/** An SSRC as log lines have it: `0x` and eight hex digits. */
export function formatSsrc(ssrc: number): string {
  return `0x${ssrc.toString(16).toUpperCase().padStart(8, '0')}`;
}
