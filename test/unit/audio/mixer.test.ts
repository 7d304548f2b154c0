import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertByTime } from '../../../src/audio/mixer.ts';

test('streams are in the order of their time, of equal ones the latest goes first', () => {
  const list: string[] = [];
  for (const stream of ['5a', '3a', '5b', '4a', '3b', '9a']) insertByTime(list, stream, (name) => Number(name[0]));
  assert.deepEqual(list, ['3b', '3a', '4a', '5b', '5a', '9a']);
});
