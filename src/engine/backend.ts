import { EngineError } from './errors.ts';
import { IO, type NativeEngine } from './types.ts';

/** How packets come in and go out (design.md section 4). */
export interface Backend {
  readonly io: 'sockets' | 'shared';
  /** What stood against the shared one, if that was tried; its `syscall` is the step that failed. */
  readonly refusal?: EngineError;
}

/** The step that fails when threads or descriptors cannot be had. */
export const WORKERS = 'start of relay workers';

/** What the addon says about its backend. */
export function backendOf({ io, step, errno }: ReturnType<NativeEngine['backend']>): Backend {
  if (io === IO.shared) return { io: 'shared' };
  return step === '' ? { io: 'sockets' } : { io: 'sockets', refusal: new EngineError(errno, step) };
}

/** What the constructor of the addon has thrown, as an EngineError if a system call was the reason. */
export function startError(error: unknown): unknown {
  if (!(error instanceof Error && 'errno' in error)) return error;
  const step = 'step' in error && typeof error.step === 'string' && error.step !== '' ? error.step : WORKERS;
  return new EngineError(Number(error.errno), step);
}
