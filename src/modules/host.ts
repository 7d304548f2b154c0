import type { SessionFigures } from '../addon/contract.ts';
import { KeptSnapshot } from '../addon/kept-snapshot.ts';
import type { LegIndex, SessionHandle } from '../addon/types.ts';
import type { CallRecord } from '../calls/record.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Logger } from '../log/log.ts';
import { SUB_COMMAND_FAILED, type SubResult } from '../protocol/reply.ts';
import type { SessionObserver } from '../session/observers.ts';
import type { NotifyDestination, Session } from '../session/session.ts';
import { disableThrower } from './context.ts';
import { dtmfFault } from './dtmf-fault.ts';
import { type Hook, type ModuleCounts, ModuleInstance } from './instance.ts';
import type { LoadedModule } from './loading.ts';
import type { DtmfEvent, ModuleDefinition, ModuleServices, WatchedPacket } from './module.ts';
import { ModuleCode } from './module-code.ts';
import { thrownLines, thrownText } from './thrown.ts';
import { type PayloadWatcher, WatchedPayloads } from './watched-payloads.ts';

/** The part of the engine that modules reach. */
export interface ModuleEngine extends PayloadWatcher {
  watchRtcp(on: boolean): void;
  snapshots(sessions: readonly SessionHandle[], kept: readonly KeptSnapshot[]): boolean[];
}

/** What the host needs of the daemon. */
export interface ModuleHostParts {
  readonly engine: ModuleEngine;
  readonly logger: Logger;
  /** Of the process when it was started. */
  readonly startDirectory: string;
  sessions(): Iterable<Session>;
  /** A session that has not been reported as retired. */
  session(handle: SessionHandle): Session | undefined;
  notify(destination: NotifyDestination, line: string): void;
  /** A module has found a digit. */
  digit(event: DtmfEvent): void;
  /** Unix time in microseconds. */
  now(): number;
}

/** A packet as the engine shows it. */
export type EnginePacket = Omit<WatchedPacket, 'session'> & { readonly session: SessionHandle };

/** A session that has been removed. Times are Unix microseconds. */
interface Ending {
  readonly session: Session;
  readonly setup: number;
  readonly end: number;
  record: CallRecord | undefined;
  /** Once the engine has let go of it. */
  figures: SessionFigures | undefined;
}

const WHERE = 'modules';
const MICROSECONDS = 1e6;

/**
 * Starts modules, has them hear of what they have hooks for, and stops them. An instance has its number among those of the same
 * module, from 1, in the order of loading.
 */
export class ModuleHost implements Pick<SessionObserver, 'created' | 'removed' | 'retired'> {
  readonly #loaded: readonly LoadedModule[];
  readonly #parts: ModuleHostParts;
  readonly #payloads: WatchedPayloads<ModuleInstance>;
  /** As loaded. */
  readonly #instances: ModuleInstance[] = [];
  /** Who gets RTCP, and is not over. */
  readonly #rtcpViewers = new Set<ModuleInstance>();
  /** By `id:instance`. */
  readonly #numbered = new Map<string, ModuleInstance>();
  /** When sessions were created, Unix microseconds. */
  readonly #setups = new Map<SessionHandle, number>();
  /** In the order of their ends. */
  readonly #endings = new Map<SessionHandle, Ending>();

  constructor(loaded: readonly LoadedModule[], parts: ModuleHostParts) {
    this.#loaded = loaded;
    this.#parts = parts;
    this.#payloads = new WatchedPayloads(parts.engine);
  }

  /** @throws ConfigError when one of them cannot start; the others are to be stopped then */
  async start(): Promise<void> {
    for (const [index, { definition, settings }] of this.#loaded.entries()) {
      const number = this.#loaded.slice(0, index).filter(({ definition: { id } }) => id === definition.id).length + 1;
      const label = number === 1 ? definition.name : `${definition.name}:${number}`;
      const instance: ModuleInstance = new ModuleInstance(label, this.#parts.logger, () => this.#leave(instance));
      this.#instances.push(instance);
      ModuleCode.of(definition)?.add(instance);
      if (definition.hooks?.rtcp === true) this.#rtcpViewers.add(instance);
      const services = this.#services(definition, instance);
      try {
        await instance.start(() => definition.create(settings, services));
      } catch (error) {
        throw this.#startFailure(definition, error);
      }
      this.#numbered.set(`${definition.id}:${number}`, instance);
      this.#parts.logger.log('INFO', WHERE, `module '${label}' has started`);
    }
    if (this.#rtcpViewers.size > 0) this.#parts.engine.watchRtcp(true);
  }

  /** Whether sub-commands may name that instance. */
  takes(id: number, number: number): boolean {
    return this.#numbered.get(`${id}:${number}`)?.has('subCommand') ?? false;
  }

  /** Carries out a sub-command; `leg` is that of the party whose address was given last. */
  subCommand(id: number, number: number, session: Session, leg: LegIndex, args: readonly string[]): SubResult {
    const instance = this.#numbered.get(`${id}:${number}`);
    if (instance?.alive !== true) return SUB_COMMAND_FAILED;
    const result = instance.run('subCommand', (module) => module.subCommand?.({ session, leg, args }));
    if (!instance.alive) return SUB_COMMAND_FAILED;
    if (result === undefined || result === '') return undefined;
    if (typeof result === 'string' && !/[^\x20-\xff]/.test(result)) return result;
    instance.disable('subCommand', new TypeError('its result is no text of one line'));
    return SUB_COMMAND_FAILED;
  }

  created(session: Session): void {
    this.#setups.set(session.handle, this.#parts.now());
    this.#tell('sessionCreated', (instance) =>
      instance.run('sessionCreated', (module) => module.sessionCreated?.(session)),
    );
  }

  removed(session: Session): void {
    const { handle } = session;
    const setup = this.#setups.get(handle);
    this.#setups.delete(handle);
    if (setup === undefined) return;
    this.#endings.set(handle, { session, setup, end: this.#parts.now(), record: undefined, figures: undefined });
  }

  /** The record of a call, just before `retired` of its session. */
  record(record: CallRecord): void {
    const ending = this.#endings.get(Number(record.id) as SessionHandle);
    if (ending !== undefined) ending.record = record;
  }

  retired({ handle }: Session, figures: SessionFigures): void {
    this.#payloads.forget(handle);
    const ending = this.#endings.get(handle);
    if (ending === undefined) return;
    ending.figures = figures;
    this.#tellEnded();
  }

  /** A packet that some of them look at. */
  watched({ session: handle, ...packet }: EnginePacket): void {
    const session = this.#parts.session(handle);
    if (session === undefined) return;
    const shown: WatchedPacket = { session, ...packet };
    if (packet.channel === 'RTCP') {
      this.#tell('rtcp', (instance) => instance.run('rtcp', (module) => module.rtcp?.(shown)));
      return;
    }
    const type = (packet.data[1] ?? 0) & 0x7f;
    for (const instance of this.#instances) {
      if (!this.#payloads.wants(instance, handle, packet.leg, type)) continue;
      instance.run('rtp', (module) => module.rtp?.(shown));
    }
  }

  /** Files are opened again by their names. */
  reopen(): void {
    this.#tell('reopen', (instance) => instance.run('reopen', (module) => module.reopen?.()));
  }

  /** After the last session has ended. */
  async stop(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.stop()));
  }

  /** Of each instance, as loaded. */
  counts(): readonly ({ readonly label: string } & Readonly<ModuleCounts>)[] {
    return this.#instances.map(({ label, counts }) => ({ label, ...counts }));
  }

  /** For exceptions that nobody has caught: whether it was of a module. */
  readonly disableThrower = disableThrower;

  /** Each worker lets go of sessions in its own time; modules hear of them in the order in which they have ended. */
  #tellEnded(): void {
    for (const [handle, { session, setup, end, record, figures }] of this.#endings) {
      if (figures === undefined) return;
      this.#endings.delete(handle);
      if (record === undefined) continue;
      const ended = { session, figures, setupAt: setup / MICROSECONDS, endedAt: end / MICROSECONDS, record };
      this.#tell('sessionEnded', (instance) => instance.run('sessionEnded', (module) => module.sessionEnded?.(ended)));
    }
  }

  /** An instance that is over looks at nothing. */
  #leave(instance: ModuleInstance): void {
    try {
      this.#payloads.leave(instance);
    } finally {
      if (this.#rtcpViewers.delete(instance) && this.#rtcpViewers.size === 0) this.#parts.engine.watchRtcp(false);
    }
  }

  #tell(hook: Hook, tell: (to: ModuleInstance) => void): void {
    for (const instance of this.#instances) if (instance.alive && instance.has(hook)) tell(instance);
  }

  #services({ hooks }: ModuleDefinition, instance: ModuleInstance): ModuleServices {
    const { logger, startDirectory, sessions, notify } = this.#parts;
    return {
      label: instance.label,
      startDirectory,
      log: (level, text, callId) => logger.log(level, instance.label, text, callId),
      sessions,
      figures: (asked) => this.#figures(asked),
      watchPayloads: (session, leg, watched, hidden) => {
        if (hooks?.payloadTypes !== true) throw new Error('watchPayloads is not among its hooks');
        // The daemon's own, in place of a copy that would not know when it ends.
        const known = this.#parts.session(session.handle);
        // Nobody would look at what it asks for, or hides.
        if (instance.over || known === undefined) return;
        this.#payloads.watch(instance, known, leg, watched, hidden);
      },
      publishDtmf: (event) => {
        if (!instance.over) this.#publish(event);
      },
      notify,
      count: (what, amount = 1) => {
        if (what !== 'delivered' && what !== 'lost') throw new TypeError(`there is no figure ${thrownText(what)}`);
        if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError('an amount is a whole number from 0 on');
        instance.counts[what] += amount;
      },
    };
  }

  /** What is no digit, other modules must not have to bear. */
  #publish(event: DtmfEvent): void {
    const fault = dtmfFault(event);
    if (fault !== undefined) throw new TypeError(`publishDtmf: ${fault}`);
    this.#parts.digit(event);
    this.#tell('dtmf', (instance) => instance.run('dtmf', (module) => module.dtmf?.(event)));
  }

  #figures(sessions: readonly Session[]): (SessionFigures | undefined)[] {
    const live = sessions.filter(({ ended }) => !ended);
    const kept = new Map(live.map(({ handle }) => [handle, new KeptSnapshot()]));
    if (kept.size === 0) return sessions.map(() => undefined);
    const found = this.#parts.engine.snapshots([...kept.keys()], [...kept.values()]);
    const figures = new Map(
      [...kept].map(([handle, snapshot], i) => [handle, found[i] === true ? snapshot.figures : undefined]),
    );
    return sessions.map(({ handle }) => figures.get(handle));
  }

  #startFailure({ name, needsSettings }: ModuleDefinition, error: unknown): ConfigError {
    const lines = thrownLines(error);
    // The C daemon has them start in two different ways.
    const step =
      needsSettings === true ? `config() method has failed: ${name}` : `module '${name}' failed to initialize`;
    for (const line of [...lines, step]) this.#parts.logger.log('ERR', WHERE, line);
    return new ConfigError(`${name}: dymanic module start has failed: ${thrownText(error)}`);
  }
}
