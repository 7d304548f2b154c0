import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { exitCode, type ToolHost } from '../../../src/tools/tool-host.ts';

test('an error of the system is a line that says what failed; one of ours goes on', () => {
  let err = '';
  const host: ToolHost = {
    stdout: new Writable(),
    out: () => {},
    err: (text) => {
      err += text;
    },
    beIdle: () => {},
    progress: undefined,
    hint: undefined,
  };
  let failure: unknown;
  try {
    readFileSync('/nonexistent');
  } catch (error) {
    failure = error;
  }
  assert.equal(exitCode(failure, 'makeann', host), 2);
  assert.equal(err, 'makeann: open /nonexistent: No such file or directory (2)\n');
  assert.throws(() => exitCode(new TypeError('a mistake'), 'makeann', host), TypeError);
});
