// The E-model of ITU-T G.107 with its default values, as far as an RTP relay can fill it in: equipment and delay.

/** What a codec costs, and how it stands losses (ITU-T G.113). */
export interface Impairment {
  /** Equipment impairment without loss. */
  readonly ie: number;
  /** Packet-loss robustness. */
  readonly bpl: number;
}

/** What happened to the packets of a stream. */
export interface Loss {
  /** Packets that did not come in time, of those expected: 0 to 100 %. */
  readonly percent: number;
  /** Mean length of the runs of lost packets, by that of losses at random with the same rate; 1 is random. */
  readonly burstRatio: number;
}

/** Ro - Is of G.107 with every other parameter at its default. */
const BASE_RATING = 93.2;
/** Permitted range of BurstR in G.107. */
const MAX_BURST_RATIO = 8;

/** R of a stream; `delay` is from mouth to ear in milliseconds, 0 for listening alone. Not limited to 0 to 100. */
export function rating(codec: Impairment, loss: Loss, delay = 0): number {
  return BASE_RATING - delayImpairment(delay) - effectiveImpairment(codec, loss);
}

/** Ie,eff (G.107 equation 7-29). */
function effectiveImpairment({ ie, bpl }: Impairment, { percent, burstRatio }: Loss): number {
  const ppl = Math.min(100, Math.max(0, percent));
  const burst = Math.min(MAX_BURST_RATIO, Math.max(1, burstRatio));
  return ie + ((95 - ie) * ppl) / (ppl / burst + bpl);
}

/** Idd of an absolute delay in milliseconds (G.107 equations 7-27 and 7-28). */
export function delayImpairment(delay: number): number {
  if (delay <= 100) return 0;
  const x = Math.log2(delay / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** Mean opinion score of a rating, 1 to 4.5 (G.107 annex B). */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  // Below 6.5 the polynomial falls short of 1.
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}
