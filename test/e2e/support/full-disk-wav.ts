// Records sound on a disk that becomes full: full-disk-wav.ts DIRECTORY, which is a small file system of its own.
import assert from 'node:assert/strict';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../helpers/deadline.ts';
import { fillDisk } from './fill-disk.ts';
import { startCall } from './recorded-call.ts';
import { HOST, startRelay } from './relay.ts';
import { levelOf, SAMPLES, say } from './spoken-call.ts';
import { readWav } from './wav-file.ts';

const [, , directory = ''] = process.argv;
const path = join(directory, 'c=from.wav');
const PACKETS = 400;
/** Levels of the packets that are heard, and 0 in place of others. */
const heard = (): number[] => {
  const { left, frames } = readWav(path);
  return Array.from({ length: Math.floor(frames / SAMPLES) }, (_, i) => left[i * SAMPLES + SAMPLES / 2] ?? 0);
};
const steps: (() => Promise<void>)[] = [];
const scope = { after: (step: () => Promise<void>) => steps.push(step) };
try {
  const args = ['-l', HOST, '-r', directory, '--record-format=wav'];
  const { control, daemon } = await startRelay(scope, args, { logLevel: 'warn' });
  const call = await startCall(scope, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  const talking = say(call, 'caller', PACKETS);
  await until(() => heard().length > 50, 5000, 'the first second');

  const ballast = fillDisk(directory);
  const before = statSync(path).size;
  await until(() => daemon.stderr().includes('error while recording session (RTP)'), 5000, 'the complaint');
  await delay(500);
  // A file as whole as ever.
  assert.ok(heard().length > 50);
  assert.ok(statSync(path).size - before < 8192);

  rmSync(ballast);
  await talking;
  assert.equal(await control.command('D c from to'), '0\n');
  await until(() => daemon.stderr().includes('were lost'), 5000, 'the final count');

  const all = heard();
  const wrong = all.findIndex((level, i) => level !== levelOf(i) && level !== 0);
  assert.equal(wrong, -1, `packet ${wrong} sounds otherwise`);
  assert.equal(all.length, PACKETS, 'it goes on when there is room');
  const silent = all.filter((level) => level === 0).length;
  assert.ok(silent > 0, 'what was lost is silence');
  assert.ok(all.slice(0, 50).every((level) => level !== 0));
  assert.notEqual(all.at(-1), 0);
  const errors = daemon.stderr().match(/error while recording session \(RTP\): No space left on device \(28\)/g);
  assert.equal(errors?.length, 1, daemon.stderr());
  const [, written, lost] = /has (\d+) packets, (\d+) were lost: No space left/.exec(daemon.stderr()) ?? [];
  assert.equal(Number(written) + Number(lost), PACKETS);
  assert.ok(Number(lost) >= silent);
} finally {
  for (const step of steps) await step();
}
