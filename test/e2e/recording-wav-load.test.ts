import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { atEnd } from '../helpers/cleanup.ts';
import { Load } from '../helpers/load.ts';
import { type LoadResult, lossReport, showLatency } from '../helpers/load-result.ts';
import { startRecorder } from './support/recorded-call.ts';
import { SAMPLES } from './support/spoken-call.ts';
import { prepareToStop, stopDiskDuring } from './support/stopped-disk.ts';
import { readWav, WAV_RATE } from './support/wav-file.ts';

/** 20 s where there is time for it. */
const CALLS = { sessions: 200, seconds: process.env.RTPPROXY_TEST_SCALE === 'full' ? 20 : 12 };
const PACKETS = 50 * CALLS.seconds;
const ARGS = ['-a', '--record-format=wav'];
/** When the disk stops to answer, and for how long. */
const STALL_SECOND = 6;
const STALL_MS = 3000;
/** Of p99, us: what a busy machine adds now and then. */
const SPARE = 5000;

/** Frames of a channel from its first sound to its last, and those in between that have none: no PCMU sample is 0. */
function heard(channel: Int16Array): { readonly frames: number; readonly silent: number } {
  const from = channel.findIndex((sample) => sample !== 0);
  const end = channel.findLastIndex((sample) => sample !== 0) + 1;
  return { frames: end - from, silent: channel.subarray(from, end).filter((sample) => sample === 0).length };
}

test('200 calls recorded as sound lose nothing and are relayed as fast as without', async (t) => {
  const run = async (args: readonly string[], check: (directory: string) => void): Promise<LoadResult> => {
    const { control, daemon, directory } = await startRecorder(t, args);
    const load = await Load.start({ control, ...CALLS });
    atEnd(t, () => load.close());
    const result = await load.result;
    await load.close();
    await daemon.stop();
    assert.equal(daemon.stderr(), '');
    assert.equal(lossReport(result), '');
    assert.equal(result.received, CALLS.sessions * 2 * PACKETS);
    check(directory);
    return result;
  };
  const without = await run([], () => undefined);
  const recorded = await run(ARGS, (directory) => {
    const names = readdirSync(directory);
    assert.equal(names.length, CALLS.sessions);
    let longest = 0;
    for (const name of names) {
      const { left, right, frames } = readWav(join(directory, name));
      for (const channel of [left, right]) {
        const { frames: spoken, silent } = heard(channel);
        // Within a packet, unless this machine has stalled for longer than jitter is taken for jitter.
        assert.ok(spoken >= PACKETS * SAMPLES, `${name}: ${spoken} frames`);
        assert.equal(spoken - silent, PACKETS * SAMPLES, name);
      }
      longest = Math.max(longest, frames - PACKETS * SAMPLES);
    }
    t.diagnostic(`the files are up to ${(longest / WAV_RATE) * 1000} ms longer than what a party says`);
  });
  t.diagnostic(`not recorded: ${showLatency(without.latency)}`);
  t.diagnostic(`recorded as sound: ${showLatency(recorded.latency)}`);
  assert.ok(recorded.latency.p99 <= 2 * without.latency.p99 + SPARE);
});

test('200 calls recorded as sound lose nothing while the disk does not answer for 3 s', async (t) => {
  await prepareToStop();
  const { control, daemon, directory } = await startRecorder(t, ARGS);
  const load = await Load.start({ control, ...CALLS });
  atEnd(t, () => load.close());
  if (!(await stopDiskDuring(t, load, { pid: daemon.pid, directory }, STALL_SECOND, STALL_MS))) return;
  const result = await load.result;
  await load.close();
  await daemon.stop();
  assert.equal(daemon.stderr(), '');
  assert.equal(lossReport(result), '');
  for (const name of readdirSync(directory)) {
    const { left, right } = readWav(join(directory, name));
    for (const channel of [left, right]) {
      const { frames, silent } = heard(channel);
      assert.equal(frames - silent, PACKETS * SAMPLES, name);
    }
  }
  rmSync(directory, { recursive: true });
});
