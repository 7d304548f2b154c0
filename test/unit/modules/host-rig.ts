import { constants } from 'node:os';
import { SESSION_FIGURES } from '../../../src/addon/contract.ts';
import { EngineError } from '../../../src/addon/errors.ts';
import type { LegIndex, SessionHandle } from '../../../src/addon/types.ts';
import type { CallRecord } from '../../../src/calls/record.ts';
import { ModuleHost } from '../../../src/modules/host.ts';
import type { DtmfEvent, Module, ModuleDefinition, ModuleServices } from '../../../src/modules/module.ts';
import type { Session } from '../../../src/session/session.ts';
import { sessionHandle } from '../../helpers/session-handle.ts';
import { LogBook } from '../session/log-book.ts';

type Parts = Partial<ModuleDefinition> & { readonly module?: Module };

/** A definition whose instances are `module`, and the services that each was given. */
export function definition({ module = { stop: () => {} }, ...parts }: Parts = {}) {
  const services: ModuleServices[] = [];
  const made: ModuleDefinition = {
    name: 'probe',
    id: 100,
    create: (_settings, given) => {
      services.push(given);
      return module;
    },
    ...parts,
  };
  return { made, services };
}

export function session(handle = 1, ended = false): Session {
  const made: Partial<Session> = { handle: sessionHandle(handle), callId: `call${handle}`, ended };
  return made as Session;
}

export function hostOf(definitions: readonly ModuleDefinition[]) {
  const log = new LogBook();
  const told: string[] = [];
  const sessions = new Map<SessionHandle, Session>();
  /** What the engine cannot do, as the real one says it. */
  const engine = { closed: false, refuses: undefined as SessionHandle | undefined };
  const answer = (call: string, errno: number, text: string): void => {
    if (engine.closed) throw new Error('the engine is closed');
    if (errno !== 0) throw new EngineError(errno, call);
    told.push(text);
  };
  let now = 1_000_000;
  const host = new ModuleHost(
    definitions.map((each) => ({ definition: each, settings: new Map() })),
    {
      engine: {
        snapshots: (handles) => handles.map(() => false),
        watchPayloads: (handle, leg, watched, hidden) => {
          const errno = engine.refuses === handle ? ENOMEM : sessions.get(handle)?.ended === false ? 0 : EBADF;
          answer('watchPayloads', errno, `${handle}/${leg}: ${watched.join()} hidden ${hidden.join()}`);
        },
        watchRtcp: (on) => answer('watchRtcp', 0, `RTCP ${on}`),
      },
      logger: log,
      startDirectory: '/start',
      sessions: () => sessions.values(),
      session: (handle) => sessions.get(handle),
      notify: (_destination, line) => told.push(line),
      digit: ({ digit }) => told.push(`digit ${digit}`),
      now: () => (now += 500_000),
    },
  );
  /** Sessions that are there. */
  const sessionsOf = (...handles: readonly number[]): Session[] =>
    handles.map((handle) => {
      const made = session(handle);
      sessions.set(made.handle, made);
      host.created(made);
      return made;
    });
  const remove = (ended: Session): void => {
    ended.ended = true;
    host.removed(ended);
  };
  const retire = (ended: Session): void => {
    sessions.delete(ended.handle);
    const record: Partial<CallRecord> = { id: String(ended.handle) };
    host.record(record as CallRecord);
    host.retired(ended, SESSION_FIGURES);
  };
  return { host, log, told, sessions, engine, sessionsOf, remove, retire };
}

const { EBADF, ENOMEM } = constants.errno;

export const packet = (type: number, leg: LegIndex = 0, channel: 'RTP' | 'RTCP' = 'RTP') => {
  const address = { host: '127.0.0.1', port: 4000, family: 4 } as const;
  const data = Uint8Array.of(0x80, type);
  return { session: sessionHandle(1), leg, channel, arrivedAt: 1, source: address, local: address, data };
};

export const digitOf = (of: Session): DtmfEvent => ({
  ...{ session: of, leg: 0, digit: '5', duration: 640, volume: 10, timestamp: 1 },
  packet: { ...packet(101), session: of },
});
