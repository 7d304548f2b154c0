import type { SessionHandle } from '../../src/addon/types.ts';

/** A handle that no engine made. */
export function sessionHandle(number: number): SessionHandle {
  return number as SessionHandle;
}
