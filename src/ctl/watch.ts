import { setTimeout as delay } from 'node:timers/promises';
import type { CallDetail, LegView } from '../calls/view.ts';
import type { Endpoint } from './endpoint.ts';
import { findingText } from './explanation.ts';
import type { CtlHost } from './host.ts';
import { askCall, askCallsOf } from './questions.ts';
import { duration, figure, jsonText, shown } from './text.ts';

export interface WatchOptions {
  readonly intervalMs: number;
  readonly json: boolean;
}

/**
 * Follows the sessions of a call until they have ended: a line for each at every look, and what the rules find or find no
 * more. False: there is no such call.
 *
 * @throws EndpointError
 */
export async function watchCall(
  endpoint: Endpoint,
  id: string,
  options: WatchOptions,
  host: CtlHost,
): Promise<boolean> {
  const { signal } = host;
  let details = await askCallsOf(endpoint, id, signal);
  if (details.length === 0) return false;
  const told = new Map<string, CallDetail>();
  while (details.length > 0) {
    for (const detail of details) {
      host.out(options.json ? jsonText(detail) : lines(detail, told.get(detail.call.id)));
      told.set(detail.call.id, detail);
    }
    await delay(options.intervalMs, undefined, { signal });
    details = await again(endpoint, details, options, host);
  }
  return true;
}

/** The same sessions a moment later; those that have ended are told and left out. */
async function again(
  endpoint: Endpoint,
  details: readonly CallDetail[],
  options: WatchOptions,
  host: CtlHost,
): Promise<CallDetail[]> {
  const still: CallDetail[] = [];
  for (const { call } of details) {
    const detail = await askCall(endpoint, call.id, host.signal);
    if (detail !== undefined) still.push(detail);
    else if (!options.json) host.out(`${clock()}  ${shown(call.call_id)} ;${shown(call.media)}  ended\n`);
  }
  return still;
}

function lines(detail: CallDetail, before: CallDetail | undefined): string {
  const { call, findings } = detail;
  const parties = (['caller', 'callee'] as const).map((name) => `${name} ${party(call[name])}`).join('  |  ');
  const old = before?.findings ?? [];
  const found = findings.filter((finding) => !old.some(same(finding)));
  const gone = old.filter((finding) => !findings.some(same(finding)));
  return [
    `${clock()}  ;${shown(call.media)} ${duration(call.duration_s)}  ${parties}`,
    ...found.flatMap((finding) => findingText(finding)),
    ...gone.map(({ rule }) => `  no more: ${shown(rule)}`),
    '',
  ].join('\n');
}

function same(finding: { readonly rule: string; readonly leg: string | null; readonly severity: string }) {
  return (other: typeof finding) =>
    finding.rule === other.rule && finding.leg === other.leg && finding.severity === other.severity;
}

function party(leg: LegView): string {
  return (
    `${shown(leg.remote_address)} ${leg.received_packets} packets ${figure(leg.packets_per_second)}/s ` +
    `loss ${figure(leg.loss_percent, 1)} % MOS ${figure(leg.mos_lq, 2)}`
  );
}

/** The time of the day, UTC. */
function clock(): string {
  return new Date().toISOString().slice('2026-01-01T'.length, -'.000Z'.length);
}
