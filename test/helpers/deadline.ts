import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** How many times less of a processor each process gets than on an idle machine: 1 to 8. */
export function busyness(): number {
  const [load = 0] = loadavg();
  return Math.min(8, Math.max(1, load / availableParallelism()));
}

/** Deadlines are those of an idle machine; on a busy one they are longer. */
function stretched(ms: number): number {
  return ms * busyness();
}

/** Settles as the promise does, or rejects after that many milliseconds: a test fails instead of hanging. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = stretched(ms);
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${Math.round(limit)} ms`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a condition that no event announces; rejects after that many milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>, ms: number, what: string): Promise<void> {
  const limit = stretched(ms);
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${Math.round(limit)} ms`);
    await delay(10);
  }
}
