import type { CommandContext } from '../../../src/commands/context.ts';
import { Dispatcher } from '../../../src/commands/dispatcher.ts';
import type { Peer } from '../../../src/control/transport.ts';
import { parseNotifyTarget } from '../../../src/daemon/notify-target.ts';
import { Counters } from '../../../src/metrics/counters.ts';
import { SessionMetrics } from '../../../src/metrics/session-metrics.ts';
import { NotifyTargets } from '../../../src/notify/targets.ts';
import { Playback } from '../../../src/playback/playback.ts';
import type { LocalAddress } from '../../../src/protocol/local-address.ts';
import { Copier } from '../../../src/recording/copier.ts';
import { LegTaps } from '../../../src/recording/leg-taps.ts';
import { Recorder } from '../../../src/recording/recorder.ts';
import { LocalAddresses } from '../../../src/session/address.ts';
import { type SessionPolicy, Sessions } from '../../../src/session/sessions.ts';
import { V4, V6 } from '../protocol/address-book.ts';
import { FakeEngine } from '../session/fake-engine.ts';
import { LogBook } from '../session/log-book.ts';
import { POLICY } from '../session/rig.ts';

/** Longest reply, LF included, of a command without a cookie. */
export const ROOM = 1023;
/** Who sends the commands. */
export const PEER: Peer = { transport: 'unix' };

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
  const state = { draining: false, duplicates: 0, answered: 0 };
  const policy = { ...POLICY, ports: { min: 41000, max: 41010, sequential: true }, ...options.policy };
  const sessions = new Sessions(policy, engine.engine, new SessionMetrics(counters, log), log);
  const taps = new LegTaps(engine.engine);
  const recorder = new Recorder({ format: 'adhoc', rtcp: true, all: false }, undefined, engine.engine, taps, log);
  engine.retired = (handle, stats) => sessions.retired(handle, stats);
  const addresses = new LocalAddresses(options.listen ?? [V4, V6], options.bridge ?? false, (host) =>
    host.startsWith('127.') ? '127.0.0.1' : undefined,
  );
  const context: CommandContext = {
    sessions,
    counters,
    totals: () => engine.totals(),
    duplicates: () => state.duplicates,
    answered: () => state.answered,
    notifyTargets: new NotifyTargets(options.notifications ? [parseNotifyTarget('tcp:127.0.0.1:1')] : []),
    playback: new Playback(engine.engine, counters, log),
    recorder,
    copier: new Copier(
      true,
      addresses,
      engine.engine,
      sessions.ports,
      taps,
      (name) => Promise.reject(new Error(name)),
      log,
    ),
    taps,
    draining: () => state.draining,
    logger: log,
  };
  const dispatcher = new Dispatcher(context, { addresses, servicePort: () => undefined });
  const ask = (command: string, room = ROOM): string => {
    const reply = dispatcher.handle(Buffer.from(command, 'latin1'), PEER, room);
    if (typeof reply !== 'string') throw new TypeError(`${command} is answered later`);
    return reply;
  };
  return { engine, log, counters, sessions, state, dispatcher, ask };
}
