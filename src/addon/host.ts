import { constants } from 'node:os';
import { EngineError } from './errors.ts';
import { loadNative } from './loader.ts';

// What Node cannot ask or set of the system itself.

const ZERO = Uint8Array.of(0);

/** The local address that the kernel would use towards a numeric address; undefined without a route. */
export function sourceAddress(host: string): string | undefined {
  return loadNative().sourceAddress(host) ?? undefined;
}

/** False when the kernel refuses to bind sockets to a numeric address because it is not one of this host. */
export function isLocalAddress(host: string): boolean {
  return loadNative().bindError(host) !== constants.errno.EADDRNOTAVAIL;
}

/** Unix time in microseconds, by the same clock as the times of packets. */
export function wallClock(): number {
  return loadNative().wallClock();
}

/** Sets the limit of open files, soft and hard. Throws EngineError (EPERM to raise it without privileges). */
export function setFileLimit(count: number): void {
  const errno = loadNative().setFileLimit(count);
  if (errno !== 0) throw new EngineError(errno, 'setrlimit');
}

/** Hard limit of open files. */
export function fileLimit(): number {
  return loadNative().fileLimit();
}

/**
 * Has the kernel make its table of descriptors large enough for so many, or for the limit if that is lower: later, with
 * threads, whoever opens the 256th, 512th, 1024th, ... descriptor waits for milliseconds.
 */
export function reserveDescriptors(count: number): void {
  loadNative().reserveDescriptors(count);
}

/** Id and primary group of a user; undefined for an unknown name. */
export function userIds(name: string): { readonly uid: number; readonly gid: number } | undefined {
  const ids = loadNative().userIds(name);
  return ids === null ? undefined : { uid: ids[0], gid: ids[1] };
}

/** Id of a group; undefined for an unknown name. */
export function groupId(name: string): number | undefined {
  return loadNative().groupId(name) ?? undefined;
}

/**
 * Gives the calling thread, and the threads that it makes from now on, the highest priority of a real-time policy. Throws
 * EngineError (EPERM without privileges).
 */
export function setRealtime(policy: 'fifo' | 'rr'): void {
  const errno = loadNative().setRealtime(policy === 'rr');
  if (errno !== 0) throw new EngineError(errno, `sched_setscheduler(SCHED_${policy.toUpperCase()})`);
}

/**
 * Gives up in every thread, for good, what only the start needed: CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF, which open the
 * packet backend, and rights that a program started from here would have. Throws EngineError.
 */
export function dropStartRights(): void {
  const errno = loadNative().dropRights();
  if (errno !== 0) throw new EngineError(errno, 'capset');
}

/** Path that a Unix socket is bound to; undefined for other sockets and without a path. */
export function socketPath(fd: number): string | undefined {
  return loadNative().socketPath(fd) ?? undefined;
}

/** Gives unused native memory of the whole process back to the system, and keeps little of it from now on. */
export function trimMemory(): void {
  loadNative().trimMemory();
}

/** A Unix datagram socket that never waits, for `sendUnixDatagram`; undefined without a free descriptor. */
export function openUnixDatagram(): number | undefined {
  const fd = loadNative().openDatagram();
  return fd < 0 ? undefined : fd;
}

/** Sends to a path or an abstract address (`@name`); 0 or an errno. */
export function sendUnixDatagram(fd: number, path: string, bytes: Uint8Array): number {
  return loadNative().sendDatagram(fd, path, bytes);
}

/**
 * Takes the lock of a whole file for writing, as `fcntl` of other programs respects it. It belongs to the open file: so another
 * descriptor of this process has one of its own, and it ends when this one is closed. False while somebody else has one. Rejects
 * with EngineError.
 */
export async function tryWriteLock(fd: number): Promise<boolean> {
  const errno = await loadNative().setWriteLock(fd, true);
  if (errno === constants.errno.EAGAIN || errno === constants.errno.EACCES) return false;
  if (errno !== 0) throw new EngineError(errno, 'fcntl');
  return true;
}

/** Gives up that lock. Rejects with EngineError. */
export async function releaseWriteLock(fd: number): Promise<void> {
  const errno = await loadNative().setWriteLock(fd, false);
  if (errno !== 0) throw new EngineError(errno, 'fcntl');
}

/** A pipe: the descriptors of its two ends. Throws EngineError. */
export function openPipe(): readonly [reading: number, writing: number] {
  const ends = loadNative().openPipe();
  if (ends === null) throw new EngineError(constants.errno.EMFILE, 'pipe2');
  return ends;
}

/**
 * Starts a program, by its path and with the given bytes as arguments and as variables (`NAME=value`), in a process group of
 * its own, and resolves with its process id. It writes into two descriptors, which stay the caller's; see
 * `native/addon/program.h` for the rest. SIGCHLD tells when to ask `programEnd`. Rejects with EngineError.
 */
export async function startProgram(
  output: number,
  errors: number,
  args: readonly Uint8Array[],
  environment: readonly Uint8Array[],
): Promise<number> {
  const pid = await loadNative().startProgram(output, errors, zeroTerminated(args), zeroTerminated(environment));
  if (pid < 0) throw new EngineError(-pid, 'execve');
  return pid;
}

/** How a program has ended, told once: its exit code, or a negative signal number; undefined while it runs. */
export function programEnd(pid: number): number | undefined {
  return loadNative().programEnd(pid) ?? undefined;
}

function zeroTerminated(texts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(texts.flatMap((text) => [text, ZERO]));
}

/**
 * Ends the process at once if threads of Node's pool are at work. Node's own end waits for them, and so for a disk, a file server
 * or a resolver that does not answer. What listens for `exit` must have run before.
 */
export function leavePool(code: number): void {
  const native = loadNative();
  if (native.hasRequests()) native.exitNow(code);
}
