import type { Impairment } from './emodel.ts';

/** What a static payload type stands for. */
export interface StaticCodec {
  /** Encoding name of RFC 3551. */
  readonly name: string;
  /** Of RTP timestamps, in Hz. */
  readonly clockRate: number;
  /** Undefined: none is published, so no quality is told. */
  readonly impairment?: Impairment;
}

/** With the concealment of G.711 appendix I (G.113 appendix I). */
const G711: Impairment = { ie: 0, bpl: 25.1 };
/** Ie of GSM 06.10 (G.113 appendix I), which has no Bpl for it: that of GSM-EFR. */
const GSM: Impairment = { ie: 20, bpl: 10 };
/** G.723.1 at 6.3 kbit/s with VAD (G.113 appendix I). */
const G723: Impairment = { ie: 15, bpl: 16.1 };
/** G.729A with VAD (G.113 appendix I). */
const G729: Impairment = { ie: 11, bpl: 19 };
/** On the narrowband scale no worse than G.711; G.113 has it on the wideband scale only, which is another one. */
const G722: Impairment = G711;

/** Static payload types (RFC 3551 tables 4 and 5). What signalling says of the dynamic ones does not come here. */
const STATIC_CODECS: ReadonlyMap<number, StaticCodec> = new Map<number, StaticCodec>([
  [0, { name: 'PCMU', clockRate: 8000, impairment: G711 }],
  [3, { name: 'GSM', clockRate: 8000, impairment: GSM }],
  [4, { name: 'G723', clockRate: 8000, impairment: G723 }],
  [5, { name: 'DVI4', clockRate: 8000 }],
  [6, { name: 'DVI4', clockRate: 16000 }],
  [7, { name: 'LPC', clockRate: 8000 }],
  [8, { name: 'PCMA', clockRate: 8000, impairment: G711 }],
  [9, { name: 'G722', clockRate: 8000, impairment: G722 }],
  [10, { name: 'L16', clockRate: 44100 }],
  [11, { name: 'L16', clockRate: 44100 }],
  [12, { name: 'QCELP', clockRate: 8000 }],
  [13, { name: 'CN', clockRate: 8000 }],
  [14, { name: 'MPA', clockRate: 90000 }],
  [15, { name: 'G728', clockRate: 8000 }],
  [16, { name: 'DVI4', clockRate: 11025 }],
  [17, { name: 'DVI4', clockRate: 22050 }],
  [18, { name: 'G729', clockRate: 8000, impairment: G729 }],
  [25, { name: 'CelB', clockRate: 90000 }],
  [26, { name: 'JPEG', clockRate: 90000 }],
  [28, { name: 'nv', clockRate: 90000 }],
  [31, { name: 'H261', clockRate: 90000 }],
  [32, { name: 'MPV', clockRate: 90000 }],
  [33, { name: 'MP2T', clockRate: 90000 }],
  [34, { name: 'H263', clockRate: 90000 }],
]);

/** Undefined for a dynamic or unassigned payload type. */
export function staticCodec(payloadType: number): StaticCodec | undefined {
  return STATIC_CODECS.get(payloadType);
}
