import { COURSE_RULES } from './rules/course.ts';
import { DELIVERY_RULES, QUALITY_RULES } from './rules/delivery.ts';
import type { Rule } from './rules/rule.ts';
import { SILENCE_RULES } from './rules/silence.ts';
import { SOURCE_FACTS, SOURCE_RULES } from './rules/sources.ts';
import type { CallView, Finding } from './view.ts';

/** All rules, what keeps a call from being heard first. */
export const RULES: readonly Rule[] = [
  ...COURSE_RULES,
  ...SILENCE_RULES,
  ...SOURCE_RULES,
  ...DELIVERY_RULES,
  ...QUALITY_RULES,
  ...SOURCE_FACTS,
];

/** Why a call has no audio, or bad audio, and what else is worth knowing of it: problems first. None of either: it is healthy. */
export function explain(call: CallView): Finding[] {
  const findings = RULES.flatMap((rule) => rule.find(call));
  const problems = findings.filter(({ severity }) => severity === 'problem');
  return [...problems, ...findings.filter(({ severity }) => severity === 'info')];
}
