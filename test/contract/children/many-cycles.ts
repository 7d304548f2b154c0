import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { openCall, startEngine } from './calls.ts';
import { descriptors, threads } from './resources.ts';

async function cycle(): Promise<void> {
  const engine = startEngine();
  for (let i = 0; i < 3; i++) await openCall(engine);
  engine.close();
  await setImmediate();
}

// The first one starts what Node keeps for itself; some of that may end later, so there can be less in the end but not more.
await cycle();
const before = { descriptors: descriptors(), threads: threads() };
for (let i = 0; i < 20; i++) await cycle();
const leaks = (): boolean => descriptors() > before.descriptors || threads() > before.threads;
const end = Date.now() + 2000;
while (leaks() && Date.now() < end) await setImmediate();
assert.ok(!leaks(), `${descriptors()} descriptors, ${threads()} threads; before ${JSON.stringify(before)}`);
