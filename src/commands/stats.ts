import type { EngineTotals } from '../engine/types.ts';
import { COUNTER_NAMES, type CounterName } from '../metrics/counters.ts';
import type { StatsCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import type { CommandContext, Outcome } from './context.ts';
import { real } from './number-format.ts';

type Reader = (context: CommandContext) => string;

const fromTotals =
  (read: (totals: EngineTotals) => number): Reader =>
  (context) =>
    String(read(context.totals()));

/** The commands answered elsewhere were received, executed and replied to. */
const ANSWERED_COUNT_TOO = ['ncmds_rcvd', 'ncmds_succd', 'ncmds_repld'] as const satisfies readonly CounterName[];

/** Every name of G: the control plane's counters, and those of the engine (protocol.md 8.8). */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...COUNTER_NAMES.map((name: CounterName): [string, Reader] => [
    name,
    name === 'total_duration' ? (c) => real(c.counters.get(name)) : (c) => String(c.counters.get(name)),
  ]),
  ...ANSWERED_COUNT_TOO.map((name): [string, Reader] => [name, (c) => String(c.counters.get(name) + c.answered())]),
  ['ncmds_rcvd_ndups', (context) => String(context.duplicates())],
  ['npkts_rcvd', fromTotals((totals) => totals.packetsReceived)],
  ['npkts_relayed', fromTotals((totals) => totals.packetsRelayed)],
  ['npkts_played', fromTotals((totals) => totals.packetsPlayed)],
  ['npkts_resizer_in', fromTotals((totals) => totals.resizerIn)],
  ['npkts_resizer_out', fromTotals((totals) => totals.resizerOut)],
  ['npkts_resizer_discard', fromTotals((totals) => totals.resizerDiscarded)],
  ['npkts_discard', fromTotals((totals) => totals.packetsDiscarded)],
  // Not in the C daemon.
  ['npkts_ignored', fromTotals((totals) => totals.packetsIgnored)],
  ['pps_in', (context) => real(context.totals().packetsPerSecond)],
]);

/** The names that G knows. */
export const STATS_COMMAND_NAMES: readonly string[] = [...READERS.keys()];

/** G: counters of the daemon by name, in the order asked. `room` is the longest reply in bytes. */
export function stats(command: StatsCommand, context: CommandContext, room: number): Outcome {
  // What ended calls received is counted when their relay worker has let go of them.
  context.sessions.settle();
  context.playback.settle();
  let reply = '';
  for (const name of command.names) {
    const label = (reply === '' ? '' : ' ') + (command.verbose ? `${name}=` : '');
    // Also an unknown name is written before it is looked up.
    if (reply.length + label.length > room) return protocolError('statsTooLong');
    const read = READERS.get(name);
    if (read === undefined) return protocolError('unknownStatsName');
    reply += label + read(context);
    // The C daemon tells a value that does not fit from a name that does not (protocol.md 4, E25).
    if (reply.length > room) return protocolError('unknownStatsName');
  }
  reply += '\n';
  return reply.length > room ? protocolError('statsTooLong') : reply;
}
