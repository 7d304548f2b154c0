import assert from 'node:assert/strict';
import { once } from 'node:events';
import { descriptors } from './resources.ts';
import { startWorker } from './worker-thread.ts';

// A worker thread is taken down while it executes commands from sockets that it never closed.
const counts: number[] = [];
for (let i = 0; i < 3; i++) {
  const worker = startWorker('control-runs.ts');
  await once(worker, 'message');
  await worker.terminate();
  counts.push(descriptors());
}
assert.equal(counts[2], counts[1], 'descriptors');
