import type { BackendName, Reuse } from './contract.ts';
import { EngineError } from './errors.ts';

/** How packets come in and go out (architecture.md 7). */
export interface Backend {
  readonly io: BackendName;
  /** A better one that was tried, and what stood against it; the `syscall` of `error` is the step that failed. */
  readonly refusal?: { readonly io: BackendName; readonly error: EngineError };
}

/** Whether sockets of ended calls are used again, which saves time when a call is set up. */
export interface SocketReuse {
  readonly reuse: Reuse;
  /** The ports that it counts for; with `outside` those that the kernel gives out by itself. */
  readonly first: number;
  readonly last: number;
}

/** The same as the addon tells it. */
export interface NativeBackend {
  readonly io: BackendName;
  /** The better backend that was tried and does not work; '' when there is none. */
  readonly refused: BackendName | '';
  /** At which step. */
  readonly step: string;
  readonly errno: number;
}

/** The step that fails when threads or descriptors cannot be had. */
export const WORKERS = 'start of relay workers';

/** What the addon says about its backend. */
export function backendOf({ io, refused, step, errno }: NativeBackend): Backend {
  return refused === '' ? { io } : { io, refusal: { io: refused, error: new EngineError(errno, step) } };
}

/** What the constructor of the addon has thrown, as an EngineError if a system call was the reason. */
export function startError(error: unknown): unknown {
  if (!(error instanceof Error && 'errno' in error)) return error;
  const step = 'step' in error && typeof error.step === 'string' && error.step !== '' ? error.step : WORKERS;
  return new EngineError(Number(error.errno), step);
}
