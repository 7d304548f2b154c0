/** What Node's core cannot do of the system; the addon does (`native/addon/system.cc`). Errors are errno numbers. */
export interface NativeSystem {
  /** Source address that the kernel would use towards a numeric address; null without a route. */
  sourceAddress(host: string): string | null;
  /** What the kernel says to a UDP socket on any port of a numeric address; 0 or an errno. */
  bindError(host: string): number;
  /** Unix time in microseconds; `Date.now` has milliseconds. */
  wallClock(): number;
  /** Sets soft and hard RLIMIT_NOFILE; 0 or an errno. */
  setFileLimit(count: number): number;
  /** Hard RLIMIT_NOFILE. */
  fileLimit(): number;
  /** Id and primary group of a user by name; null for an unknown one. */
  userIds(name: string): readonly [uid: number, gid: number] | null;
  /** Id of a group by name; null for an unknown one. */
  groupId(name: string): number | null;
  /** Highest priority of SCHED_RR or SCHED_FIFO for the calling thread and those it makes; 0 or an errno. */
  setRealtime(roundRobin: boolean): number;
  /** Gives the system back memory that the C library keeps for later; from now on it keeps little. Only glibc can. */
  trimMemory(): void;
  /** A non-blocking Unix datagram socket, closed with `fs.closeSync`; a negative errno. */
  openDatagram(): number;
  /** Sends without waiting; `@name` is an abstract address. 0 or an errno, EAGAIN when the receiver is full. */
  sendDatagram(fd: number, path: string, bytes: Uint8Array): number;
  /** Has the kernel's table of descriptors made large enough for so many, or for soft RLIMIT_NOFILE if that is lower. */
  reserveDescriptors(count: number): void;
  /** Gives up in every thread what only the start needed; 0 or an errno. */
  dropRights(): number;
  /** Path that a Unix socket is bound to; null for other sockets and without a path. */
  socketPath(fd: number): string | null;
  /** Takes or gives up the fcntl lock of a whole file for writing. 0 or an errno: EAGAIN, EACCES when another process has one. */
  setWriteLock(fd: number, held: boolean): Promise<number>;
  /** A pipe's ends; null without free descriptors. */
  openPipe(): readonly [reading: number, writing: number] | null;
  /**
   * Starts a program that writes into two descriptors; its process id, or a negative errno. Texts end with a zero byte: the
   * arguments, of which the first is the path of the program, and the variables of its environment.
   */
  startProgram(output: number, errors: number, args: Uint8Array, environment: Uint8Array): Promise<number>;
  /** The exit code of a program that was started, or a negative signal number, told once; null while it runs. */
  programEnd(pid: number): number | null;
  /** Whether Node's loop waits for threads of its pool, whoever asked for their work, or for other requests. */
  hasRequests(): boolean;
  /** Ends the process without waiting for any thread. */
  exitNow(code: number): void;
}
