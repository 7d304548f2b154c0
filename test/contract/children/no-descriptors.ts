import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { EngineError } from '../../../src/addon/errors.ts';
import { setFileLimit } from '../../../src/addon/host.ts';
import { freeUdpPort } from '../../helpers/udp-port.ts';
import { openCall, startEngine } from './calls.ts';
import { relayThreads } from './resources.ts';

// Everything that needs a descriptor says so when there is none, and leaves nothing behind.
const EMFILE = 24;

/** Takes every descriptor that is left. */
function takeAll(): number[] {
  const taken: number[] = [];
  for (;;) {
    try {
      taken.push(openSync('/dev/null', 'r'));
    } catch (error) {
      assert.match(String(error), /EMFILE/);
      return taken;
    }
  }
}

const port = await freeUdpPort('127.0.0.1');
const engine = startEngine();
await openCall(engine);
const session = engine.createSession(60, 60);
setFileLimit(128);
const taken = takeAll();
// A leg needs two descriptors, an engine of two workers four.
for (const free of [0, 1, 2, 3]) {
  if (free > 0) closeSync(taken.pop() ?? -1);
  if (free < 2) assert.equal(engine.openLeg(session, 0, '127.0.0.1', port, undefined), EMFILE);
  assert.throws(
    () => startEngine(),
    (error) => error instanceof EngineError && error.code === 'EMFILE' && error.errno === EMFILE,
  );
  const left = takeAll();
  assert.equal(left.length, free);
  for (const fd of left) closeSync(fd);
}
for (const fd of taken) closeSync(fd);
assert.equal(relayThreads(), 2);
engine.close();
