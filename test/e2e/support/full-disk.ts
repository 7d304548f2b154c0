// Records on a disk that becomes full: full-disk.ts DIRECTORY, which is a small file system of its own.
import assert from 'node:assert/strict';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../helpers/deadline.ts';
import { fillDisk } from './fill-disk.ts';
import { packetsOf, startCall, talk, written } from './recorded-call.ts';
import { HOST, startRelay } from './relay.ts';

const [, , directory = ''] = process.argv;
const size = (name: string): number => statSync(join(directory, name)).size;

const steps: (() => Promise<void>)[] = [];
const scope = { after: (step: () => Promise<void>) => steps.push(step) };
try {
  const { control, daemon } = await startRelay(scope, ['-l', HOST, '-r', directory, '-P', '-R'], { logLevel: 'warn' });
  const call = await startCall(scope, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  const first = await talk(call, 5);
  await written(directory, 'c=from.o.rtp', 5, true);

  const ballast = fillDisk(directory);
  const before = size('c=from.o.rtp');
  // More than what may be left of the last block.
  const second = await talk(call, 60);
  await until(() => daemon.stderr().includes('error while recording session (RTP)'), 5000, 'the complaint');
  assert.equal(await control.command('R c to from'), 'E50\n');
  const kept = packetsOf(directory, 'c=from.o.rtp', true);
  assert.ok(size('c=from.o.rtp') - before < 8192);

  rmSync(ballast);
  const third = await talk(call, 5);
  await written(directory, 'c=from.o.rtp', kept.length + 5, true);
  assert.equal(await control.command('D c from to'), '0\n');
  await until(() => daemon.stderr().includes('were lost'), 5000, 'the final count');

  const recorded = packetsOf(directory, 'c=from.o.rtp', true);
  const middle = recorded.slice(5, -5);
  assert.deepEqual(recorded.slice(0, 5), first.caller.rtp);
  assert.deepEqual(recorded.slice(-5), third.caller.rtp);
  assert.deepEqual(middle, second.caller.rtp.slice(0, middle.length));
  const errors = daemon.stderr().match(/error while recording session \(RTP\): No space left on device \(28\)/g);
  assert.equal(errors?.length, 1, daemon.stderr());
  assert.match(
    daemon.stderr(),
    new RegExp(`c=from.o.rtp has ${recorded.length} packets, ${60 - middle.length} were lost: No space left`),
  );
} finally {
  for (const step of steps) await step();
}
