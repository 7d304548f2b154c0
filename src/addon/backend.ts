import { IO, type NativeBackend, type NativeSocketReuse, SOCKET_REUSE } from './backend-types.ts';
import { EngineError } from './errors.ts';

/** How packets come in and go out (architecture.md 7). */
export interface Backend {
  readonly io: 'sockets' | 'shared';
  /** What stood against the shared one, if that was tried; its `syscall` is the step that failed. */
  readonly refusal?: EngineError;
}

/** Whether sockets of ended calls are used again, which saves time when a call is set up. */
export interface SocketReuse {
  readonly reuse: (typeof SOCKET_REUSE)[number];
  /** The ports that it counts for; with `outside` those that the kernel gives out by itself. */
  readonly first: number;
  readonly last: number;
}

/** The step that fails when threads or descriptors cannot be had. */
export const WORKERS = 'start of relay workers';

/** What the addon says about its backend. */
export function backendOf({ io, step, errno }: NativeBackend): Backend {
  if (io === IO.shared) return { io: 'shared' };
  return step === '' ? { io: 'sockets' } : { io: 'sockets', refusal: new EngineError(errno, step) };
}

/** What the addon says about sockets that are used again. */
export function socketReuseOf({ reuse, first, last }: NativeSocketReuse): SocketReuse {
  return { reuse: SOCKET_REUSE[reuse] ?? 'kernel', first, last };
}

/** What the constructor of the addon has thrown, as an EngineError if a system call was the reason. */
export function startError(error: unknown): unknown {
  if (!(error instanceof Error && 'errno' in error)) return error;
  const step = 'step' in error && typeof error.step === 'string' && error.step !== '' ? error.step : WORKERS;
  return new EngineError(Number(error.errno), step);
}
