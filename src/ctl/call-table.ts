import { explain } from '../calls/explain.ts';
import type { CallView, LegView } from '../calls/view.ts';
import { cut, duration, figure, shown, table } from './text.ts';

/** Columns of a list of calls. A pair is the caller's figure and the callee's. */
const HEAD = [
  'ID',
  'CALL-ID',
  'AGE',
  'CALLER',
  'CALLEE',
  'CODEC',
  'PKT/S',
  'LOSS%',
  'JITTER',
  'MOS',
  'IGNORED',
  'STATE',
];
const NUMBERS = [2, 6, 7, 8, 9, 10];
const CALL_ID_WIDTH = 36;

/** The calls as a table, its head first. */
export function callTable(calls: readonly CallView[]): string[] {
  return table([HEAD, ...calls.map(row)], NUMBERS);
}

function row(call: CallView): string[] {
  const pair = (of: (leg: LegView) => string) => `${of(call.caller)}/${of(call.callee)}`;
  return [
    shown(call.id),
    cut(shown(call.media === '0' ? call.call_id : `${call.call_id} ;${call.media}`), CALL_ID_WIDTH),
    duration(call.duration_s),
    partyAddress(call.caller),
    partyAddress(call.callee),
    codecs(call),
    pair((leg) => figure(leg.packets_per_second)),
    pair((leg) => figure(leg.loss_percent, 1)),
    pair((leg) => figure(leg.jitter_ms, 1)),
    pair((leg) => figure(leg.mos_lq, 2)),
    String(call.caller.ignored_packets + call.callee.ignored_packets),
    callState(call),
  ];
}

/** Where the party is, or is said to be. */
function partyAddress(leg: LegView): string {
  return shown(leg.remote_address ?? leg.signalled_address);
}

function codecs({ caller, callee }: CallView): string {
  const [one, other] = [codecName(caller), codecName(callee)];
  return one === other ? one : `${one}/${other}`;
}

export function codecName({ codec, payload_type }: LegView): string {
  return shown(codec ?? payload_type);
}

/** The first problem of the call, or what else says that it is no usual one. */
export function callState(call: CallView): string {
  const findings = explain(call);
  const first = findings.find(({ severity }) => severity === 'problem');
  if (first !== undefined) return first.leg === null ? first.rule : `${first.rule} (${first.leg})`;
  if (!call.complete) return 'setup';
  if (call.caller.on_hold || call.callee.on_hold) return 'hold';
  if (call.caller.playing || call.callee.playing) return 'prompt';
  return call.fork_target ? 'fork' : 'ok';
}
