import assert from 'node:assert/strict';
import { startEngine, startTraffic } from './calls.ts';

// Closing is allowed in the middle of a batch of events: nothing more is delivered, and nothing is thrown.
const deadline = setTimeout(() => assert.fail('no event'), 5000);
let armed = false;
let calls = 0;
const engine = startEngine({
  event: () => {
    if (!armed) return;
    calls++;
    engine.close();
    clearTimeout(deadline);
  },
});
process.on('exit', () => assert.equal(calls, 1));
await startTraffic(engine);
armed = true;
