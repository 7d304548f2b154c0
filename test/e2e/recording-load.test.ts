import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atEnd } from '../helpers/cleanup.ts';
import { compileProgram } from '../helpers/compile.ts';
import { Load } from '../helpers/load.ts';
import { lossReport, showLatency } from '../helpers/load-result.ts';
import { startRecorder } from './support/recorded-call.ts';
import { readRecording } from './support/recording-file.ts';

const STOPPER = fileURLToPath(new URL('support/stop-thread.cc', import.meta.url));
const NOT_ALLOWED = 77;
const CALLS = { sessions: 200, seconds: 20 };
/** When the disk stops to answer, and for how long. */
const STALL_SECOND = 6;
const STALL_MS = 3000;
const PACKETS_PER_CALL = 2 * 50 * CALLS.seconds;

/** The daemon's thread of that name. */
function threadOf(pid: number, name: string): string {
  const threads = readdirSync(`/proc/${pid}/task`);
  const thread = threads.find((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8') === `${name}\n`);
  return thread ?? assert.fail(`the daemon has no thread ${name}`);
}

test('200 recorded calls lose nothing while the disk does not answer for 3 s', async (t) => {
  const stopper = await compileProgram([STOPPER]);
  const { control, daemon, directory } = await startRecorder(t, ['-a', '-P']);
  const load = await Load.start({ control, ...CALLS });
  atEnd(t, () => load.close());
  await delay(load.startMs + STALL_SECOND * 1000 - Number(process.hrtime.bigint()) / 1e6);

  const stop = spawn(stopper, [threadOf(daemon.pid, 'rtp-record'), String(STALL_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(stop, 'close').then(([code]) => code as number | null);
  const early = await Promise.race([once(stop.stdout, 'data').then(() => undefined), ended]);
  if (early === NOT_ALLOWED) {
    t.skip('the kernel does not allow to stop a thread');
    return;
  }
  const size = (): number =>
    readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
  const before = size();
  await delay(STALL_MS / 2);
  assert.equal(size(), before, 'nothing is written meanwhile');
  assert.equal(await ended, 0);

  const result = await load.result;
  await load.close();
  await daemon.stop();
  t.diagnostic(`latency: ${showLatency(result.latency)}`);
  assert.equal(lossReport(result), '');
  assert.equal(result.received, CALLS.sessions * PACKETS_PER_CALL);

  const files = readdirSync(directory);
  assert.equal(files.length, CALLS.sessions);
  for (const file of files) {
    const { records } = readRecording(readFileSync(join(directory, file)), true);
    assert.equal(records.length, PACKETS_PER_CALL, file);
  }
  assert.equal(daemon.stderr(), '');
});
