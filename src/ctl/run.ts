import type { CallFilter } from '../calls/source.ts';
import type { CallDetail, CallView } from '../calls/view.ts';
import { callSheet } from './call-sheet.ts';
import { callTable } from './call-table.ts';
import type { Endpoint } from './endpoint.ts';
import { explanation, explanationText, hasProblem } from './explanation.ts';
import type { CtlHost } from './host.ts';
import { askCalls, askCallsOf } from './questions.ts';
import { type Ranking, ranked } from './ranking.ts';
import { jsonText, shown } from './text.ts';
import { showTop } from './top.ts';
import { watchCall } from './watch.ts';

/** What rtpp-ctl is asked to do. */
export type CtlCommand =
  | { readonly kind: 'calls'; readonly filter: CallFilter; readonly ranking: Ranking | undefined }
  | { readonly kind: 'top'; readonly filter: CallFilter; readonly ranking: Ranking | undefined }
  | { readonly kind: 'show' | 'explain' | 'watch'; readonly id: string };

export interface CtlManner {
  readonly json: boolean;
  readonly intervalMs: number;
}

/** Exit codes. 3 and 4 are those of a question that got no answer, and of a wrong command line. */
export const EXIT = { ok: 0, problem: 1, noCall: 2, unreachable: 3, usage: 4 } as const;

/** Does what is asked for; the exit code. @throws EndpointError */
export async function runCommand(
  endpoint: Endpoint,
  command: CtlCommand,
  manner: CtlManner,
  host: CtlHost,
): Promise<number> {
  if (command.kind === 'calls') return await listCalls(endpoint, command, manner, host);
  if (command.kind === 'top') {
    await showTop(endpoint, { ...command, ranking: command.ranking ?? 'loss', intervalMs: manner.intervalMs }, host);
    return EXIT.ok;
  }
  const { kind, id } = command;
  if (kind === 'watch') return (await watchCall(endpoint, id, manner, host)) ? EXIT.ok : noCall(id, host);
  const details = await askCallsOf(endpoint, id, host.signal);
  if (details.length === 0) return noCall(id, host);
  return kind === 'show' ? show(details, manner, host) : explainAll(details, manner, host);
}

interface Listing {
  readonly filter: CallFilter;
  readonly ranking: Ranking | undefined;
}

async function listCalls(
  endpoint: Endpoint,
  { filter, ranking }: Listing,
  { json }: CtlManner,
  host: CtlHost,
): Promise<number> {
  const calls: CallView[] = [];
  for await (const page of askCalls(endpoint, filter, host.signal)) {
    if (json && ranking === undefined) for (const call of page) host.out(jsonText(call));
    else calls.push(...page);
  }
  const sorted = ranking === undefined ? calls : ranked(calls, ranking);
  if (json) for (const call of sorted) host.out(jsonText(call));
  else host.out(`${(calls.length === 0 ? ['There are no such calls.'] : callTable(sorted)).join('\n')}\n`);
  return EXIT.ok;
}

function show(details: readonly CallDetail[], { json }: CtlManner, host: CtlHost): number {
  if (json) for (const detail of details) host.out(jsonText(detail));
  else host.out(`${details.map((detail) => callSheet(detail).join('\n')).join('\n\n')}\n`);
  return EXIT.ok;
}

function explainAll(details: readonly CallDetail[], { json }: CtlManner, host: CtlHost): number {
  for (const detail of details) {
    host.out(json ? jsonText(explanation(detail)) : `${explanationText(detail).join('\n')}\n`);
  }
  return details.some(hasProblem) ? EXIT.problem : EXIT.ok;
}

function noCall(id: string, host: CtlHost): number {
  host.err(
    `rtpp-ctl: there is no call ${shown(id)}; "rtpp-ctl calls" lists them, --call-id PART those with that in their Call-ID\n`,
  );
  return EXIT.noCall;
}
