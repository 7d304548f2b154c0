import assert from 'node:assert/strict';
import { once } from 'node:events';
import { descriptors, relayThreads, relayThreadsEnded } from './resources.ts';
import { startWorker } from './worker-thread.ts';

// A worker thread is taken down while its engine, which it never closed, relays packets.
const counts: number[] = [];
for (let i = 0; i < 3; i++) {
  const worker = startWorker('worker-runs.ts');
  await once(worker, 'message');
  assert.equal(relayThreads(), 2);
  await worker.terminate();
  await relayThreadsEnded();
  counts.push(descriptors());
}
assert.equal(counts[2], counts[1], 'descriptors');
