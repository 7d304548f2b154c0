import type { CallView, LegView } from '../calls/view.ts';

/** What calls are sorted by, the worst first; the first letter is the key that sorts so. */
export const RANKINGS = ['loss', 'mos', 'ignored', 'packets'] as const;
export type Ranking = (typeof RANKINGS)[number];

/** How much a call deserves to stand on top. */
const WEIGHTS: Readonly<Record<Ranking, (call: CallView) => number>> = {
  loss: (call) => Math.max(...figures(call, (leg) => leg.loss_percent), -1),
  // The lower the better known; a call without one stands last.
  mos: (call) => -Math.min(...figures(call, (leg) => leg.mos_lq), Number.MAX_VALUE),
  ignored: ({ caller, callee }) => caller.ignored_packets + callee.ignored_packets,
  packets: ({ caller, callee }) => (caller.packets_per_second ?? 0) + (callee.packets_per_second ?? 0),
};

/** The calls in that order; equal ones in the order in which they came. */
export function ranked(calls: readonly CallView[], ranking: Ranking): CallView[] {
  const weight = WEIGHTS[ranking];
  return calls.toSorted((one, other) => weight(other) - weight(one));
}

function figures({ caller, callee }: CallView, of: (leg: LegView) => number | null): number[] {
  return [of(caller), of(callee)].filter((value) => value !== null);
}
