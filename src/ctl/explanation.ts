import type { CallDetail, Finding } from '../calls/view.ts';
import { shown } from './text.ts';

/** True when a rule has found a fault. */
export function hasProblem({ findings }: CallDetail): boolean {
  return findings.some(({ severity }) => severity === 'problem');
}

/** What `explain --json` gives of one session. */
export function explanation(detail: CallDetail): object {
  const { id, call_id, from_tag, media } = detail.call;
  return { id, call_id, from_tag, media, healthy: !hasProblem(detail), findings: detail.findings };
}

/** The findings of one session as text. */
export function explanationText(detail: CallDetail): string[] {
  return [`${callName(detail)}: ${verdict(detail)}`, ...detail.findings.flatMap(findingText)];
}

function callName({ call }: CallDetail): string {
  return `${shown(call.call_id)} (id ${shown(call.id)}, media ${shown(call.media)})`;
}

function verdict({ findings }: CallDetail): string {
  const problems = findings.filter(({ severity }) => severity === 'problem').length;
  if (problems === 0) return 'healthy';
  return problems === 1 ? '1 problem' : `${problems} problems`;
}

/** One finding with its evidence and what to do. */
export function findingText({ rule, severity, text, evidence, advice }: Finding): string[] {
  const figures = Object.entries(evidence).map(([name, value]) => `${shown(name)}=${shown(value)}`);
  return [
    `  ${severity === 'problem' ? 'PROBLEM' : 'info'} ${shown(rule)}: ${shown(text)}`,
    ...(advice === null ? [] : [`    to do: ${shown(advice)}`]),
    ...(figures.length === 0 ? [] : [`    ${figures.join(' ')}`]),
  ];
}
