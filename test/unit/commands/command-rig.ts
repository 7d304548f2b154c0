import type { CommandContext } from '../../../src/commands/context.ts';
import { Dispatcher } from '../../../src/commands/dispatcher.ts';
import { Counters } from '../../../src/metrics/counters.ts';
import { SessionMetrics } from '../../../src/metrics/session-metrics.ts';
import type { LocalAddress } from '../../../src/protocol/local-address.ts';
import { LocalAddresses } from '../../../src/session/address.ts';
import { type SessionPolicy, Sessions } from '../../../src/session/sessions.ts';
import { V4, V6 } from '../protocol/address-book.ts';
import { FakeEngine } from '../session/fake-engine.ts';
import { LogBook } from '../session/log-book.ts';
import { POLICY } from '../session/rig.ts';

/** Longest reply, LF included, of a command without a cookie. */
export const ROOM = 1023;

interface Options {
  readonly policy?: Partial<SessionPolicy>;
  readonly listen?: readonly LocalAddress[];
  readonly bridge?: boolean;
  readonly notifications?: boolean;
}

/** The control plane without transports, on a fake engine. */
export function commandRig(options: Options = {}) {
  const engine = new FakeEngine();
  const log = new LogBook();
  const counters = new Counters();
  const state = { draining: false, duplicates: 0 };
  const policy = { ...POLICY, ports: { min: 41000, max: 41010, sequential: true }, ...options.policy };
  const sessions = new Sessions(policy, engine.engine, new SessionMetrics(counters, log), log);
  engine.retired = (handle, stats) => sessions.retired(handle, stats);
  const context: CommandContext = {
    sessions,
    counters,
    totals: () => engine.totals(),
    duplicates: () => state.duplicates,
    notifications: options.notifications ?? false,
    draining: () => state.draining,
    logger: log,
  };
  const addresses = new LocalAddresses(options.listen ?? [V4, V6], options.bridge ?? false, () => undefined);
  const dispatcher = new Dispatcher(context, { addresses, servicePort: () => undefined });
  const ask = (command: string, room = ROOM): string => dispatcher.handle(Buffer.from(command, 'latin1'), room);
  return { engine, log, counters, sessions, state, dispatcher, ask };
}
