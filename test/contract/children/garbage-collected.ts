import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { loadNative } from '../../../src/addon/loader.ts';
import { OPTIONS } from '../native-engine.ts';
import { relayThreads } from './resources.ts';

// Run with --expose-gc. Nobody should rely on it, but an engine that nobody holds ends as if it had been closed.
function abandonEngines(): void {
  const { NativeEngine } = loadNative();
  for (let i = 0; i < 5; i++) {
    const engine = new NativeEngine({ ...OPTIONS, workers: 2 }, () => {});
    engine.setPeer(engine.createSession(60, 60), 0, 'hold', false, '', 0);
  }
}

abandonEngines();
const collect = globalThis.gc;
assert.ok(collect !== undefined);
const end = Date.now() + 5000;
while (relayThreads() > 0) {
  assert.ok(Date.now() < end, 'the threads are still there');
  collect();
  await setImmediate();
}
