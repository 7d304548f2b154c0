import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { CLEAN, runChild } from './child-script.ts';

const RUNS = 3;
const CALLS = 20_000;
/** Of calls, where the machine is slow. */
const SECONDS = 8;

// No call of the addon may bring the process down, whatever it is given and in whatever order. Memory faults show with an
// addon that was built with a sanitizer (RTPPROXY_NATIVE), as .ci/run does; RTPPROXY_SEED repeats a run.
const given = process.env.RTPPROXY_SEED;
const seeds = given === undefined ? Array.from({ length: RUNS }, () => randomInt(2 ** 32)) : [Number(given)];

for (const seed of seeds) {
  test(`random calls, RTPPROXY_SEED=${seed}`, async (t) => {
    const args = [temporaryDirectory(t), String(seed), String(CALLS), String(SECONDS)];
    assert.deepEqual(await runChild('random-calls', args), CLEAN);
  });
}
