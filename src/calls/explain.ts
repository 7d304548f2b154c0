import { COURSE_RULES } from './rules/course.ts';
import { DELIVERY_RULES, QUALITY_RULES } from './rules/delivery.ts';
import { firstFindings, type Rule } from './rules/rule.ts';
import { SILENCE_RULES } from './rules/silence.ts';
import { SOURCE_FACTS, SOURCE_RULES } from './rules/sources.ts';
import type { CallView, Finding } from './view.ts';

/** The rules, what keeps a call from being heard first. Of those in one list only the first that applies to a leg counts. */
const LISTS: readonly (readonly Rule[])[] = [
  ...COURSE_RULES.map((rule) => [rule]),
  SILENCE_RULES,
  ...[...SOURCE_RULES, ...DELIVERY_RULES, ...QUALITY_RULES, ...SOURCE_FACTS].map((rule) => [rule]),
];

/** All rules, in the order in which they are told (docs/troubleshooting.md). */
export const RULES: readonly Rule[] = LISTS.flat();

/** Why a call has no audio, or bad audio, and what else is worth knowing of it: problems first. None of either: it is healthy. */
export function explain(call: CallView): Finding[] {
  const findings = LISTS.flatMap((rules) => firstFindings(rules, call));
  const problems = findings.filter(({ severity }) => severity === 'problem');
  return [...problems, ...findings.filter(({ severity }) => severity === 'info')];
}
