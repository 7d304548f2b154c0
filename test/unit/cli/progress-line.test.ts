import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from '../../../src/cli/progress-line.ts';

test('a progress line appears when work takes long, at intervals, and fits the terminal', () => {
  let now = 0;
  const shown: string[] = [];
  const line = progressLine(
    (text) => shown.push(text),
    () => 41,
    () => now,
  );
  line.show(0.1, 'reading call.a.rtp');
  line.clear();
  assert.deepEqual(shown, []);
  now = 1000;
  line.show(0.5, 'reading call.a.rtp');
  const half = '\r[############            ]  50 % reading\x1b[K';
  assert.deepEqual(shown, [half]);
  now = 1050;
  line.show(0.6, 'reading call.a.rtp');
  assert.deepEqual(shown, [half]);
  line.clear();
  assert.deepEqual(shown, [half, '\r\x1b[K']);
});
