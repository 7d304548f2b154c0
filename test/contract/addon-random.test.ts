import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';

const CHILD = fileURLToPath(new URL('children/random-calls.ts', import.meta.url));
const RUNS = 3;
const CALLS = 20_000;
/** Of calls, where the machine is slow. */
const SECONDS = 8;
const DEADLINE_MS = 60_000;

// No call of the addon may bring the process down, whatever it is given and in whatever order. Memory faults show with an
// addon that was built with a sanitizer (RTPPROXY_NATIVE), as .ci/run does; RTPPROXY_SEED repeats a run.
const given = process.env.RTPPROXY_SEED;
const seeds = given === undefined ? Array.from({ length: RUNS }, () => randomInt(2 ** 32)) : [Number(given)];

for (const seed of seeds) {
  test(`random calls, RTPPROXY_SEED=${seed}`, async (t) => {
    const args = ['--import', 'tsx', CHILD, temporaryDirectory(t), String(seed), String(CALLS), String(SECONDS)];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
      env: { ...process.env, MALLOC_PERTURB_: '165' },
    });
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
    });
    const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    assert.deepEqual({ ...end, stdout, stderr }, { code: 0, signal: null, stdout: '', stderr: '' });
  });
}
