import { staticCodec } from '../quality/codecs.ts';

// Figures in the units that the keys of the views name, without digits that say nothing.

/** With `digits` behind the point; null for what is unknown. */
export function rounded(value: number | undefined, digits: number): number | null {
  if (value === undefined) return null;
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/** ISO 8601 of Unix seconds, 0 being none. */
export function timeOf(seconds: number): string | null {
  return seconds === 0 ? null : new Date(1000 * seconds).toISOString();
}

/** Milliseconds of RTP timestamp units; null when the clock rate of the payload type is unknown. */
export function timestampMs(units: number, payloadType: number): number | null {
  const codec = staticCodec(payloadType);
  return codec === undefined ? null : rounded((1000 * units) / codec.clockRate, 2);
}
