import { AsyncLocalStorage } from 'node:async_hooks';

/** Who answers for code of a module. */
export interface Culprit {
  /** False: there is nobody yet, and the daemon fails. */
  disable(what: string, error: unknown): boolean;
}

/** Whose code is running, also in timers, promises and callbacks that it has started. */
const running = new AsyncLocalStorage<Culprit>();

const UNCAUGHT = 'uncaught exception';

let microtasksGuarded = false;

/** Runs code of a module: whatever it starts is that module's too. */
export function runAs<T>(culprit: Culprit, work: () => T): T {
  guardMicrotasks();
  return running.run(culprit, work);
}

/** Takes an exception that nobody has caught for that of the module in whose code it was thrown; false: it is of no module. */
export function disableThrower(error: unknown): boolean {
  return running.getStore()?.disable(UNCAUGHT, error) ?? false;
}

/** What a callback of `queueMicrotask` throws, Node reports without its context: it is caught before. */
function guardMicrotasks(): void {
  if (microtasksGuarded) return;
  microtasksGuarded = true;
  const queue = globalThis.queueMicrotask;
  globalThis.queueMicrotask = (callback) => {
    const culprit = running.getStore();
    if (culprit === undefined || typeof callback !== 'function') {
      queue(callback);
      return;
    }
    queue(() => {
      try {
        callback();
      } catch (error) {
        if (!culprit.disable(UNCAUGHT, error)) throw error;
      }
    });
  };
}
