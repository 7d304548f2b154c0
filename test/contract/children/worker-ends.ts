import assert from 'node:assert/strict';
import { once } from 'node:events';
import { relayThreadsEnded } from './resources.ts';
import { startWorker } from './worker-thread.ts';

// A worker thread that ends by itself, with an engine that it never closed.
for (let i = 0; i < 3; i++) {
  const [code] = await once(startWorker('end-with-traffic.ts'), 'exit');
  assert.equal(code, 0);
  await relayThreadsEnded();
}
