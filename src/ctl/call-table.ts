import { explain } from '../calls/explain.ts';
import type { CallView, LegView } from '../calls/view.ts';
import { cut, duration, figure, shown, table } from './text.ts';

/**
 * A column of a list of calls, the more wanted on a narrow terminal the earlier; a pair is the caller's figure and the callee's.
 */
interface Column {
  readonly head: string;
  readonly number?: true;
  readonly of: (call: CallView) => string;
}

const CALL_ID_WIDTH = 200;

const COLUMNS: readonly Column[] = [
  { head: 'ID', of: (call) => shown(call.id) },
  { head: 'AGE', number: true, of: (call) => duration(call.duration_s) },
  { head: 'STATE', of: callState },
  { head: 'LOSS%', number: true, of: pair((leg) => figure(leg.loss_percent, 1)) },
  { head: 'MOS', number: true, of: pair((leg) => figure(leg.mos_lq, 2)) },
  { head: 'PKT/S', number: true, of: pair((leg) => figure(leg.packets_per_second)) },
  { head: 'JITTER', number: true, of: pair((leg) => figure(leg.jitter_ms, 1)) },
  {
    head: 'IGNORED',
    number: true,
    of: ({ caller, callee }) => String(caller.ignored_packets + callee.ignored_packets),
  },
  { head: 'CODEC', of: codecs },
  { head: 'CALLER', of: ({ caller }) => partyAddress(caller) },
  { head: 'CALLEE', of: ({ callee }) => partyAddress(callee) },
  { head: 'MEDIA', of: (call) => shown(call.media) },
  { head: 'CALL-ID', of: (call) => cut(shown(call.call_id), CALL_ID_WIDTH) },
];
const NUMBERS = [...COLUMNS.keys()].filter((index) => COLUMNS[index]?.number === true);

/** The calls as a table, its head first. */
export function callTable(calls: readonly CallView[]): string[] {
  const rows = calls.map((call) => COLUMNS.map(({ of }) => of(call)));
  return table([COLUMNS.map(({ head }) => head), ...rows], NUMBERS);
}

function pair(of: (leg: LegView) => string): Column['of'] {
  return ({ caller, callee }) => `${of(caller)}/${of(callee)}`;
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
function callState(call: CallView): string {
  const first = explain(call).find(({ severity }) => severity === 'problem');
  if (first !== undefined) return first.leg === null ? first.rule : `${first.rule} (${first.leg})`;
  if (!call.complete) return 'setup';
  if (call.caller.on_hold || call.callee.on_hold) return 'hold';
  if (call.caller.playing || call.callee.playing) return 'prompt';
  return call.fork_target ? 'fork' : 'ok';
}
