import { decimalToInt32, endOfDecimal } from '../protocol/decimal.ts';

/** Frames of a codec in a prompt file, which has no header (media.md 7.3). */
interface Framing {
  readonly bytes: number;
  readonly ms: number;
}

const FRAMINGS: ReadonlyMap<number, Framing> = new Map([
  // G.711, both laws
  [0, { bytes: 8, ms: 1 }],
  [8, { bytes: 8, ms: 1 }],
  // GSM full rate
  [3, { bytes: 33, ms: 20 }],
  // G.723.1 at 6.3 kbit/s
  [4, { bytes: 24, ms: 30 }],
  // G.722 at 64 kbit/s
  [9, { bytes: 8, ms: 1 }],
  // G.729
  [18, { bytes: 10, ms: 10 }],
]);

const DEFAULT_PACKET_MS = 10;

/** Payload and length of the packets that carry a prompt. */
export interface Packetisation {
  readonly packetBytes: number;
  readonly packetMs: number;
}

/** The shortest packets of whole frames that last `ptime` ms or more; undefined for a codec that cannot be played. */
export function packetisation(payloadType: number, ptime = DEFAULT_PACKET_MS): Packetisation | undefined {
  const framing = FRAMINGS.get(payloadType);
  if (framing === undefined) return undefined;
  const frames = Math.ceil(ptime / framing.ms);
  return { packetBytes: frames * framing.bytes, packetMs: frames * framing.ms };
}

/**
 * The payload types of a codec list: decimal numbers, with any one byte between two of them. Something else ends the list
 * early, as in the C daemon (protocol.md 8.4).
 */
export function* payloadTypes(list: string): Generator<number, void> {
  let at = 0;
  while (at < list.length) {
    const end = endOfDecimal(list, at);
    const value = decimalToInt32(list.slice(at, end));
    if (value === undefined) return;
    yield value;
    at = end + 1;
  }
}
