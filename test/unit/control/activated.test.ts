import assert from 'node:assert/strict';
import { openSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { Activation } from '../../../src/control/activated.ts';
import { ControlSocketError } from '../../../src/control/errors.ts';
import { createTransport } from '../../../src/control/open.ts';
import { parseControlSpec } from '../../../src/control/spec.ts';
import { Recorder, sharedControl } from './support.ts';

// What works is in test/e2e/systemd.test.ts: two owners of one descriptor in this process would close each other's.

async function refusal(t: TestContext, activation: Activation) {
  const transport = createTransport(parseControlSpec('systemd:'), { ...sharedControl(t), activation });
  try {
    await transport.start(new Recorder().handler);
  } catch (error) {
    assert.ok(error instanceof ControlSocketError);
    await transport.close();
    return { lines: error.lines, reason: error.reason };
  }
  return assert.fail('it started');
}

test('systemd: needs exactly one descriptor, which listens', async (t) => {
  assert.deepEqual(await refusal(t, { fd: 3, count: 0 }), { lines: [], reason: 'No such file or directory' });
  assert.deepEqual(await refusal(t, { fd: 3, count: 2 }), {
    lines: ['Too many file descriptors received.'],
    reason: 'Invalid argument',
  });
  const { lines } = await refusal(t, { fd: openSync('/dev/null', 'r'), count: 1 });
  assert.deepEqual(lines, []);
});
