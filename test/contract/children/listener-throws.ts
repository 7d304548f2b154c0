import assert from 'node:assert/strict';
import { openCall, startEngine } from './calls.ts';

// As from any other event listener of Node: an uncaught exception, which by default ends the process with its text.
const engine = startEngine({
  event: () => {
    throw new Error('from the listener');
  },
});
const caught = new Promise<Error>((resolve) => {
  process.once('uncaughtException', resolve);
});
await openCall(engine);
const alive = setTimeout(() => assert.fail('the exception got lost'), 3000);
const { message } = await caught;
clearTimeout(alive);
assert.equal(message, 'from the listener');
engine.close();
