import type { InfoCommand } from '../protocol/command.ts';
import { protocolError } from '../protocol/errors.ts';
import type { CommandContext, Outcome } from './context.ts';

/** I: the daemon's figures in lines (protocol.md 8.9). `room` is the longest reply in bytes. */
export function info(command: InfoCommand, context: CommandContext, room: number): Outcome {
  const { counters } = context;
  const created = counters.get('nsess_created');
  const active = created - counters.get('nsess_destroyed');
  const totals = context.totals();
  const reply =
    `sessions created: ${created}\n` +
    `active sessions: ${active}\n` +
    `active streams: ${2 * active}\n` +
    `packets received: ${totals.packetsReceived}\n` +
    `packets transmitted: ${totals.packetsRelayed + totals.packetsPlayed}\n` +
    // The C daemon's load figure is never fed, and monitoring compares the text.
    (command.load ? 'average load: 0.000000\n' : '');
  return reply.length > room ? protocolError('infoTooLong') : reply;
}
