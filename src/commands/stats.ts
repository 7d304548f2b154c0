import type { EngineTotals } from '../addon/contract.ts';
import type { StatsCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import { realText } from '../protocol/reply.ts';
import { type CounterName, DAEMON_STATISTICS } from '../protocol/statistics.ts';
import type { CommandContext, Outcome } from './context.ts';

type Row = (typeof DAEMON_STATISTICS)[number];
type Told = Extract<Row, { readonly total: string }>['total'];
/** Totals that G has no name for. */
type Untold =
  | ('kernelDrops' | 'eventsDropped' | 'packetsRecorded' | 'recordsLost' | 'packetsWatched')
  | ('rtcpReceived' | 'rtcpRelayed' | 'rtcpDiscarded' | 'rtcpIgnored');

// A total that G neither tells nor is known not to tell does not compile: the compiler names it here.
({}) satisfies Record<Exclude<keyof EngineTotals, Told | Untold>, Row>;

type Reader = (context: CommandContext) => number;

/** Counted elsewhere: the commands answered there were received, executed and replied to. */
const ELSEWHERE: Readonly<Partial<Record<CounterName, Reader>>> = {
  ncmds_rcvd: (context) => context.answered(),
  ncmds_succd: (context) => context.answered(),
  ncmds_repld: (context) => context.answered(),
  ncmds_rcvd_ndups: (context) => context.duplicates(),
};

const READERS: ReadonlyMap<string, (context: CommandContext) => string> = new Map(
  DAEMON_STATISTICS.map((row) => {
    const read = reader(row);
    return [row.name, 'real' in row ? (context) => realText(read(context)) : (context) => String(read(context))];
  }),
);

function reader(row: Row): Reader {
  if ('total' in row) return (context) => context.totals()[row.total];
  const elsewhere = ELSEWHERE[row.name];
  if (elsewhere === undefined) return (context) => context.counters.get(row.name);
  return (context) => context.counters.get(row.name) + elsewhere(context);
}

/** G: counters of the daemon by name, in the order asked. `room` is the longest reply in bytes. */
export function stats(command: StatsCommand, context: CommandContext, room: number): Outcome {
  // What ended calls received is counted when their relay worker has let go of them.
  context.sessions.sync();
  context.playback.sync();
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
