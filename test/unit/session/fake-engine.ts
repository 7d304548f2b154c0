import { constants } from 'node:os';
import type { AccessRules } from '../../../src/addon/access.ts';
import type { Backend, SocketReuse } from '../../../src/addon/backend.ts';
import type { Denial, EngineTotals, SessionFigures, WorkerFigures } from '../../../src/addon/contract.ts';
import type { CopyRoute, Engine } from '../../../src/addon/engine.ts';
import type { KeptSnapshot } from '../../../src/addon/kept-snapshot.ts';
import type { LegIndex, SessionHandle } from '../../../src/addon/types.ts';
import type { SignalledPeer } from '../../../src/protocol/command.ts';
import { sessionHandle } from '../../helpers/session-handle.ts';
import { rowOf, sessionStats, ZERO_TOTALS } from './stats.ts';

const { EADDRINUSE, EBADF } = constants.errno;

/** Stands in for the engine: no threads, no sockets. It notes the calls that change something, as text. */
export class FakeEngine implements Pick<Engine, keyof Engine> {
  readonly calls: string[] = [];
  /** Errno of an attempt to bind `host:port`, on top of what its own sessions hold. */
  readonly bindErrors = new Map<string, number>();
  /** What `snapshot` and the final report say. */
  figures: SessionFigures = sessionStats();
  totalFigures: EngineTotals = ZERO_TOTALS;
  /** Errno that `setTos` answers. */
  tosError = 0;
  /** What `judge` says of `host:port`; nothing is denied else. */
  readonly denials = new Map<string, Denial>();
  /** Hears of removed sessions at the next `sync`. */
  retired: (session: SessionHandle, figures: SessionFigures) => void = () => {};
  /** Bound `host:port` by session and leg; a removed session holds its ports until it is settled. */
  readonly #ports = new Map<number, [string | undefined, string | undefined]>();
  readonly #removed: number[] = [];
  #next = 1;
  #recordings = 0;

  /** The fake in the place of the real one. */
  get engine(): Engine {
    return this as unknown as Engine;
  }

  socketReuse(): SocketReuse {
    return { reuse: 'backend', first: 1, last: 0 };
  }

  backend(): Backend {
    return { io: 'sockets' };
  }

  /** The calls since the last time. */
  take(): string[] {
    return this.calls.splice(0);
  }

  createSession(setupTtl: number, ttl: number): SessionHandle {
    this.calls.push(`createSession ${setupTtl} ${ttl}`);
    this.#ports.set(this.#next, [undefined, undefined]);
    return sessionHandle(this.#next++);
  }

  openLeg(session: number, leg: LegIndex, host: string, port: number, tos: number | undefined): number {
    const address = `${host}:${port}`;
    const taken = [...this.#ports.values()].some((pair) => pair.includes(address));
    const errno = this.bindErrors.get(address) ?? (taken ? EADDRINUSE : 0);
    this.calls.push(`openLeg ${session} ${leg} ${address} ${tos}${errno === 0 ? '' : ` -> ${errno}`}`);
    const pair = this.#ports.get(session);
    if (pair === undefined) return EBADF;
    if (errno === 0) pair[leg] = address;
    return errno;
  }

  setAccess(rules: AccessRules): void {
    this.calls.push(`setAccess ${rules.control.map(({ host, port }) => `${host}:${port}`).join(' ')}`);
  }

  judge(host: string, port: number): Denial {
    return this.denials.get(`${host}:${port}`) ?? 'none';
  }

  complete(session: number): void {
    this.calls.push(`complete ${session}`);
  }

  setPeer(session: number, leg: LegIndex, peer: SignalledPeer, asymmetric: boolean): void {
    const text = peer.kind === 'address' ? `${peer.host}:${peer.port}` : peer.kind;
    this.calls.push(`setPeer ${session} ${leg} ${text}${asymmetric ? ' asymmetric' : ''}`);
  }

  setTtl(session: number, leg: LegIndex, seconds: number): void {
    this.calls.push(`setTtl ${session} ${leg} ${seconds}`);
  }

  restart(session: number): void {
    this.calls.push(`restart ${session}`);
  }

  setTos(session: number, leg: LegIndex, tos: number): number {
    this.calls.push(`setTos ${session} ${leg} ${tos}`);
    return this.tosError;
  }

  setResizer(session: number, leg: LegIndex, ptime: number | undefined): void {
    if (ptime !== undefined) this.calls.push(`setResizer ${session} ${leg} ${ptime}`);
  }

  recordingHeader(): Uint8Array {
    return Buffer.from('header');
  }

  addRecording(session: number): number {
    this.calls.push(`addRecording ${session}`);
    return ++this.#recordings;
  }

  addCompanion(recording: number): number {
    this.calls.push(`addCompanion ${recording}`);
    return ++this.#recordings;
  }

  divertRecording(recording: number): void {
    this.calls.push(`divertRecording ${recording}`);
  }

  discardRecording(recording: number): void {
    this.calls.push(`discardRecording ${recording}`);
  }

  record(session: number, leg: LegIndex): void {
    this.calls.push(`record ${session} ${leg}`);
  }

  copy(session: number, leg: LegIndex, route: CopyRoute): number {
    this.calls.push(`copy ${session} ${leg} ${route.targetHost}:${route.targetPort}`);
    return 0;
  }

  stopTap(session: number, leg: LegIndex): void {
    this.calls.push(`stopTap ${session} ${leg}`);
  }

  fork(target: number, source: number, crossed: boolean): number {
    this.calls.push(`fork ${target} ${source}${crossed ? ' crossed' : ''}`);
    return 0;
  }

  watchRtcp(on: boolean): void {
    this.calls.push(`watchRtcp ${on}`);
  }

  watchPayloads(session: number, leg: LegIndex, watched: readonly number[], hidden: readonly number[]): void {
    this.calls.push(`watchPayloads ${session} ${leg} ${watched}/${hidden}`);
  }

  addPrompt(data: Uint8Array): number {
    this.calls.push(`addPrompt ${data.length}`);
    return 1;
  }

  dropPrompt(prompt: number): void {
    this.calls.push(`dropPrompt ${prompt}`);
  }

  play(session: number, leg: LegIndex, prompt: number): void {
    this.calls.push(`play ${session} ${leg} ${prompt}`);
  }

  stopPlay(session: number, leg: LegIndex): void {
    this.calls.push(`stopPlay ${session} ${leg}`);
  }

  snapshot(): SessionFigures {
    return this.figures;
  }

  snapshots(sessions: readonly SessionHandle[], kept: readonly KeptSnapshot[]): boolean[] {
    return sessions.map((session, index) => {
      if (!this.#ports.has(session)) return false;
      return kept[index]?.take(rowOf(this.figures), 0) ?? false;
    });
  }

  askSnapshots(sessions: readonly SessionHandle[], kept: readonly KeptSnapshot[]): Promise<boolean[]> {
    return Promise.resolve(this.snapshots(sessions, kept));
  }

  remove(session: number): void {
    this.calls.push(`remove ${session}`);
    this.#removed.push(session);
  }

  setVerbose(): void {}

  batchWakeups(): void {}

  releaseSockets(): void {
    this.calls.push('releaseSockets');
  }

  sync(): void {
    this.calls.push('sync');
    for (const session of this.#removed.splice(0)) {
      this.#ports.delete(session);
      this.retired(sessionHandle(session), this.figures);
    }
  }

  totals(): EngineTotals {
    return this.totalFigures;
  }

  workers(): readonly WorkerFigures[] {
    return [];
  }

  poll(): void {}

  close(): void {
    this.calls.push('close');
  }
}
