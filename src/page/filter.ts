import type { CallView, LegView } from '../calls/view.ts';
import { codecOf, extrasOf } from './columns.ts';
import { healthOf } from './health.ts';

/** `elapsed`: seconds since the call was told. */
export type Predicate = (call: CallView, elapsed: number) => boolean;

/** Figures that a filter may compare, each of either leg. */
const FIGURES: ReadonlyMap<string, (leg: LegView) => number | null> = new Map([
  ['mos', (leg) => leg.mos_lq],
  ['loss', (leg) => leg.loss_percent],
  ['jitter', (leg) => leg.jitter_ms],
  ['rate', (leg) => leg.packets_per_second],
  ['ignored', (leg) => leg.ignored_packets],
]);

/**
 * What a filter says: words, each of which has to stand somewhere in a call (Call-ID, tag, address, codec, state), and
 * comparisons such as `mos<3.5` or `loss>2`, each of which has to hold for a leg.
 */
export function filterOf(text: string): Predicate {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map(termOf);
  return (call, elapsed) => terms.every((term) => term(call, elapsed));
}

function termOf(word: string): Predicate {
  const [, name = '', sign, number] = /^([a-z]+)([<>])(\d+(?:\.\d+)?)$/.exec(word) ?? [];
  const figure = FIGURES.get(name);
  if (figure === undefined) return (call, elapsed) => textOf(call, elapsed).includes(word);
  const limit = Number(number);
  const holds = (value: number | null) => value !== null && (sign === '<' ? value < limit : value > limit);
  return (call) => holds(figure(call.caller)) || holds(figure(call.callee));
}

function textOf(call: CallView, elapsed: number): string {
  const texts = [
    call.call_id,
    call.from_tag,
    healthOf(call, elapsed).word,
    ...legTexts(call.caller),
    ...legTexts(call.callee),
  ];
  return texts.join('\n').toLowerCase();
}

function legTexts(leg: LegView): string[] {
  const addresses = [leg.remote_address, leg.signalled_address, leg.local_address, leg.ignored_address];
  const known = [...addresses, leg.advertised_host, codecOf(leg)].filter((text) => text !== null);
  return [...known, leg.latch_state, ...extrasOf(leg)];
}
