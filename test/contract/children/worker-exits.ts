import assert from 'node:assert/strict';
import { once } from 'node:events';
import { relayThreadsEnded } from './resources.ts';
import { startWorker } from './worker-thread.ts';

// process.exit in a worker thread ends that thread alone.
for (const script of ['exit-with-traffic.ts', 'exit-in-listener.ts', 'exit-handler-close.ts']) {
  const [code] = await once(startWorker(script), 'exit');
  assert.equal(code, 0, script);
  await relayThreadsEnded();
}
