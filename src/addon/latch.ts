/** Names of the rules by which a source gets a leg, in the order of `kLatchRules` in `native/latch/rules.h`. */
export const LATCH_RULES = [
  'first',
  'awaited',
  'better than unproven',
  'better, early',
  'better',
  'better, silent',
  'back again',
  'back again, silent',
  'first comer',
  'goes on',
  'contest',
  'unproven, pointed to',
  'unproven, reopened',
  'pointed to',
  'same host',
  'reopened',
  'silence',
  'silence after sending beside',
] as const;

/** Why packets are ignored, by the numbers of `Refusal` in `native/latch/rules.h`. */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'another source is sending',
  2: 'another source has the stream and has not been silent for long enough',
  3: 'not the signalled host, and the party is asymmetric',
  4: 'RTP comes from another host',
};

/** Name of a rule of docs/latching.md by its number. */
export function latchRule(index: number): string {
  return LATCH_RULES[index] ?? `rule ${index}`;
}

/** Why the packets of a source are ignored. */
export function ignoredBecause(refusal: number): string {
  return REFUSALS[refusal] ?? `reason ${refusal}`;
}
