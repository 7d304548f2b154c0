import type { Figure } from './played-call.ts';
import { describe, type Limit, type Situation } from './situation.ts';

/** What is wrong with a situation in `guarded`, measure by measure; nothing, if all is well. */
export function complaints(situation: Situation, guarded: readonly Figure[], compat: readonly Figure[]): string[] {
  return situation.counted.flatMap((measure, i) => {
    const [ours, reference] = [guarded[i]?.count ?? 0, compat[i]?.count ?? 0];
    const most = allowed(measure.limit, reference);
    if (ours <= most) return [];
    return [`${describe(measure)}: ${ours} ${measure.counts} in guarded, ${reference} in compat, ${most} allowed`];
  });
}

/** The figures in one line: of guarded, then of compat. */
export function summary(situation: Situation, guarded: readonly Figure[], compat: readonly Figure[]): string {
  const parts = situation.counted.map((measure, i) => {
    const unit = measure.counts === 'lost' ? ` of ${guarded[i]?.sent} lost` : ' packets';
    return `${describe(measure)}: ${guarded[i]?.count} | ${compat[i]?.count}${unit}`;
  });
  return parts.join('; ');
}

function allowed(limit: Limit, reference: number): number {
  return 'atMost' in limit ? limit.atMost : reference + limit.moreThanCompat;
}
