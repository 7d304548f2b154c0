/** A named event in an RTP packet (RFC 4733 2.3), with what identifies it. */
export interface TelephoneEvent {
  readonly ssrc: number;
  /** RTP time stamp: when the event began, the same in all its packets. */
  readonly timestamp: number;
  /** 0-9 the digits, 10 `*`, 11 `#`, 12-15 A-D, 16 flash, and others that are no DTMF. */
  readonly code: number;
  readonly end: boolean;
  /** dBm0 without the sign, 0-63. */
  readonly volume: number;
  /** So far, in ticks of the RTP clock. */
  readonly duration: number;
}

const FIXED_HEADER = 12;
const EVENT = 4;
/** Its first byte: version, padding, extension, number of CSRCs. */
const PADDING = 0x20;
const EXTENSION = 0x10;
/** Second byte of an event. */
const END = 0x80;
const VOLUME = 0x3f;

/**
 * The event in an RTP packet, behind CSRC list and header extension (RFC 3550 5.1); of several the first. Undefined when there
 * is none: another version, or a header, a padding or an event that is longer than the packet.
 */
export function telephoneEvent(packet: Uint8Array): TelephoneEvent | undefined {
  if (packet.length < FIXED_HEADER + EVENT) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const first = view.getUint8(0);
  if (first >> 6 !== 2) return undefined;
  const at = payloadOffset(view, first);
  if (at === undefined || at + EVENT > payloadEnd(view, first)) return undefined;
  const flags = view.getUint8(at + 1);
  return {
    ssrc: view.getUint32(8),
    timestamp: view.getUint32(4),
    code: view.getUint8(at),
    end: (flags & END) !== 0,
    volume: flags & VOLUME,
    duration: view.getUint16(at + 2),
  };
}

function payloadOffset(view: DataView, first: number): number | undefined {
  const at = FIXED_HEADER + 4 * (first & 0x0f);
  if ((first & EXTENSION) === 0) return at;
  return at + 4 > view.byteLength ? undefined : at + 4 + 4 * view.getUint16(at + 2);
}

/** Where the padding begins; 0 when its length is none. */
function payloadEnd(view: DataView, first: number): number {
  if ((first & PADDING) === 0) return view.byteLength;
  const padding = view.getUint8(view.byteLength - 1);
  return padding === 0 ? 0 : view.byteLength - padding;
}
