// Static payload types (RFC 3551) of which a recording can be decoded, or is known how long a packet lasts.

export const PCMU = 0;
export const GSM = 3;
export const G723 = 4;
export const PCMA = 8;
export const G722 = 9;
export const G729 = 18;

/** All sound is at this rate, also G.722's, of which the lower sub-band is decoded. */
export const SAMPLE_RATE = 8000;

export const GSM_FRAME = { bytes: 33, samples: 160 } as const;
export const G729_FRAME = { bytes: 10, samples: 80 } as const;
/** By the lowest two bits of its first byte (G.723.1). */
const G723_FRAME_BYTES = [24, 20, 4, 1] as const;
const G723_FRAME_SAMPLES = 240;

/** Samples that a payload lasts; -1 when that is not known. */
export function sampleCount(payloadType: number, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return -1;
  switch (payloadType) {
    case PCMU:
    case PCMA:
    case G722:
      return length;
    case GSM:
      return Math.floor(length / GSM_FRAME.bytes) * GSM_FRAME.samples;
    case G729:
      return Math.ceil(length / G729_FRAME.bytes) * G729_FRAME.samples;
    case G723:
      return g723SampleCount(bytes, start, end);
    default:
      return -1;
  }
}

function g723SampleCount(bytes: Uint8Array, start: number, end: number): number {
  let samples = 0;
  for (let at = start; at < end; samples += G723_FRAME_SAMPLES) at += G723_FRAME_BYTES[(bytes[at] ?? 0) & 3] ?? 1;
  return samples;
}
