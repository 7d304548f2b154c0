import { WATCHED_PACKET } from './contract.ts';
import { addressText } from './endpoint.ts';
import type { LegIndex, SessionHandle } from './types.ts';

/** An address as a watched packet has it. */
export interface WatchedAddress {
  readonly family: 4 | 6;
  /** Numeric. */
  readonly host: string;
  readonly port: number;
}

/** A packet that was received on a leg from its party, and is relayed unless it is hidden. */
export interface WatchedPacket {
  /** Session handle; the session may have been removed meanwhile, but is not reported as retired before. */
  readonly session: SessionHandle;
  readonly leg: LegIndex;
  readonly channel: 'RTP' | 'RTCP';
  /** Unix seconds, exact to a microsecond. */
  readonly arrivedAt: number;
  readonly source: WatchedAddress;
  /** The address that it came to. */
  readonly local: WatchedAddress;
  /** Valid until the listener returns. */
  readonly data: Uint8Array;
}

const { size: RECORD, fields } = WATCHED_PACKET;
/** Records begin at multiples of it. */
const ALIGNMENT = 8;

/** Decodes `count` packets from the start of `buffer`; each is made when it is asked for. */
export function* decodeWatched(buffer: Buffer, count: number): Generator<WatchedPacket> {
  let at = 0;
  for (let i = 0; i < count; i++) {
    const end = at + RECORD + fields.size.read(buffer, at);
    yield {
      session: fields.session.read(buffer, at) as SessionHandle,
      leg: fields.leg.read(buffer, at) === 0 ? 0 : 1,
      channel: fields.rtcp.read(buffer, at) === 0 ? 'RTP' : 'RTCP',
      arrivedAt: fields.arrivedAt.read(buffer, at),
      source: address(buffer, at, 'source'),
      local: address(buffer, at, 'local'),
      data: buffer.subarray(at + RECORD, end),
    };
    at = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
  }
}

function address(buffer: Buffer, at: number, which: 'source' | 'local'): WatchedAddress {
  const family = fields[`${which}Family`].read(buffer, at) === 6 ? 6 : 4;
  const ip = at + fields[`${which}Ip`].offset;
  return {
    family,
    host: addressText(family, buffer.subarray(ip, ip + 16)),
    port: fields[`${which}Port`].read(buffer, at),
  };
}
