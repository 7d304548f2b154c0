import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { atEnd } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { Load } from '../helpers/load.ts';
import { lossReport, showLatency } from '../helpers/load-result.ts';
import { packetsOf, startCall, startRecorder } from './support/recorded-call.ts';
import { readRecording } from './support/recording-file.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { prepareToStop, REFUSED, stopDisk, stopDiskDuring } from './support/stopped-disk.ts';
import { readWithTshark } from './support/tshark.ts';

const CALLS = { sessions: 200, seconds: 20 };
/** When the disk stops to answer, and for how long. */
const STALL_SECOND = 6;
const STALL_MS = 3000;
const PACKETS_PER_CALL = 2 * 50 * CALLS.seconds;

test('200 recorded calls lose nothing while the disk does not answer for 3 s', async (t) => {
  await prepareToStop();
  const { control, daemon, directory } = await startRecorder(t, ['-a', '-P']);
  const load = await Load.start({ control, ...CALLS });
  atEnd(t, () => load.close());
  if (!(await stopDiskDuring(t, load, { pid: daemon.pid, directory }, STALL_SECOND, STALL_MS))) return;

  const result = await load.result;
  await load.close();
  await daemon.stop();
  const files = readdirSync(directory);
  const counts = files.map((file) => readRecording(readFileSync(join(directory, file)), true).records.length);
  const recorded = counts.reduce((sum, count) => sum + count, 0);
  t.diagnostic(`sent ${result.sent}, delivered ${result.received}, lost ${result.lost}, recorded ${recorded}`);
  t.diagnostic(`latency: ${showLatency(result.latency)}`);
  assert.equal(lossReport(result), '');
  assert.equal(result.received, CALLS.sessions * PACKETS_PER_CALL);
  assert.equal(files.length, CALLS.sessions);
  for (const [i, count] of counts.entries()) assert.equal(count, PACKETS_PER_CALL, files[i]);
  assert.equal(daemon.stderr(), '');

  // One of them as somebody else reads it.
  const { streams, complaints } = readWithTshark(join(directory, files[0] ?? ''));
  assert.deepEqual(complaints, []);
  assert.equal(streams.length, 2);
});

test('what a stopped disk leaves no room for is counted to the packet, and relayed', async (t) => {
  const packets = 1500;
  await prepareToStop();
  const { control, daemon, directory } = await startRecorder(t, ['-P', '-R'], { logLevel: 'warn' });
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  const disk = await stopDisk(t, daemon.pid, 10 * STALL_MS);
  if (disk === undefined) {
    t.skip(REFUSED);
    return;
  }
  // As long as datagrams may be, so that the 8 MiB that a file may have in memory are soon full.
  const sent = Array.from({ length: packets }, (_, seq) => rtpPacket(seq, { payloadBytes: 8100 }));
  for (const packet of sent) {
    await call.caller[0].send(packet, call.forCaller);
    assert.ok((await call.callee[0].next()).data.equals(packet));
  }
  await disk.release();
  await control.command('D c from to');
  await until(() => daemon.stderr().includes('were lost'), 10_000, 'the final count');

  const recorded = packetsOf(directory, 'c=from.o.rtp', true);
  const lost = packets - recorded.length;
  t.diagnostic(`${packets} relayed, ${recorded.length} recorded, ${lost} lost`);
  assert.ok(lost > 0 && recorded.length > 900);
  let next = 0;
  for (const packet of recorded) {
    while (next < packets && sent[next]?.equals(packet) === false) next++;
    assert.ok(next < packets, 'the packets that are there are in order');
    next++;
  }
  assert.match(daemon.stderr(), new RegExp(`has ${recorded.length} packets, ${lost} were lost: the disk is too slow`));
  assert.equal(daemon.stderr().match(/error while recording session/g)?.length ?? 0, 1);
});
