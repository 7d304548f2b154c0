import { Worker } from 'node:worker_threads';

/** Runs a TypeScript file of this folder in a worker thread, which does not inherit the loader of the main thread. */
export function startWorker(file: string): Worker {
  const url = JSON.stringify(new URL(file, import.meta.url).href);
  return new Worker(`import('tsx/esm/api').then(({ register }) => { register(); return import(${url}); });`, {
    eval: true,
  });
}
