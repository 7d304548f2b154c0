import type { CommandContext } from '../../../src/commands/context.ts';
import { Dispatcher } from '../../../src/commands/dispatcher.ts';
import { parseNotifyTarget } from '../../../src/config/notify-target.ts';
import type { Peer } from '../../../src/control/transport.ts';
import { Counters } from '../../../src/metrics/counters.ts';
import { SessionMetrics } from '../../../src/metrics/session-metrics.ts';
import { NotifyTargets } from '../../../src/notify/targets.ts';
import { Playback, type PromptSource } from '../../../src/playback/playback.ts';
import type { LocalAddress } from '../../../src/protocol/local-address.ts';
import { Copier } from '../../../src/recording/copier.ts';
import { type FilePlace, FileShelf } from '../../../src/recording/file-shelf.ts';
import { LegTaps } from '../../../src/recording/leg-taps.ts';
import { Recorder } from '../../../src/recording/recorder.ts';
import { Storage } from '../../../src/recording/storage.ts';
import { LocalAddresses } from '../../../src/session/local-addresses.ts';
import { Lookups } from '../../../src/session/lookups.ts';
import { Observers } from '../../../src/session/observers.ts';
import { type SessionPolicy, Sessions } from '../../../src/session/sessions.ts';
import { V4, V6 } from '../protocol/address-book.ts';
import { FakeEngine } from '../session/fake-engine.ts';
import { LogBook } from '../session/log-book.ts';
import { POLICY } from '../session/rig.ts';

/** Longest reply, LF included, of a command without a cookie. */
export const ROOM = 1023;
/** A control socket of the daemon. */
export const CONTROL = { host: '127.0.0.1', port: 22222 } as const;
/** Who sends the commands. */
export const PEER: Peer = { transport: 'unix' };

interface Options {
  readonly policy?: Partial<SessionPolicy>;
  readonly listen?: readonly LocalAddress[];
  readonly bridge?: boolean;
  readonly notifications?: boolean;
  /** Where recordings are made; none are otherwise. */
  readonly place?: FilePlace;
  /** Every session is recorded. */
  readonly recordAll?: boolean;
  readonly prompts?: PromptSource;
  /** Every `M` is one of its sub-commands. */
  readonly modules?: CommandContext['modules'];
}

/** The control plane without transports, on a fake engine. */
export function commandRig(options: Options = {}) {
  const engine = new FakeEngine();
  const log = new LogBook();
  const counters = new Counters();
  const state = { draining: false, duplicates: 0, answered: 0 };
  const policy = { ...POLICY, ports: { min: 41000, max: 41010, sequential: true }, ...options.policy };
  const taps = new LegTaps(engine.engine);
  const shelf = options.place && new FileShelf('adhoc', new Storage('.'), undefined, engine.engine, log, options.place);
  const recording = { format: 'adhoc', rtcp: false, all: options.recordAll ?? false } as const;
  const recorder = new Recorder(recording, shelf, engine.engine, taps, log);
  const observer = new Observers([new SessionMetrics(counters, log), recorder, taps]);
  const sessions = new Sessions(policy, engine.engine, observer, log);
  engine.retired = (handle, figures) => sessions.retired(handle, figures);
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
    playback: new Playback(engine.engine, counters, log, options.prompts),
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
    modules: options.modules,
    draining: () => state.draining,
    logger: log,
  };
  const { bridge } = addresses;
  const lookups = new Lookups(addresses, (host, port) => host === CONTROL.host && port === CONTROL.port);
  const dispatcher = new Dispatcher(
    context,
    { bridge, servicePort: () => undefined, takesModule: () => options.modules !== undefined },
    lookups,
  );
  const ask = (command: string, room = ROOM): string => {
    const reply = dispatcher.handle(Buffer.from(command, 'latin1'), PEER, room);
    if (typeof reply !== 'string') throw new TypeError(`${command} is answered later`);
    return reply;
  };
  /** Of a command that may be answered later. */
  const askLater = async (command: string, room = ROOM): Promise<string> =>
    dispatcher.handle(Buffer.from(command, 'latin1'), PEER, room);
  return { engine, log, counters, sessions, taps, recorder, state, dispatcher, ask, askLater };
}
