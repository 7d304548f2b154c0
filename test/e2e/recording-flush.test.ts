import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { packetsOf, recordsOf, startCall, startRecorder } from './support/recorded-call.ts';
import { rtpPacket } from './support/rtp-packet.ts';

/** What is older than this is in the file, ms. */
const FLUSH_MS = 1000;
const PACKET_MS = 20;
const TALK_MS = 2500;

for (const pcap of [false, true]) {
  test(`kill -9 loses no more than the last second of ${pcap ? 'a pcap' : 'an ad-hoc'} recording`, async (t) => {
    const { control, daemon, directory } = await startRecorder(t, pcap ? ['-P'] : [], { checkExit: false });
    const call = await startCall(t, control, 'c');
    assert.equal(await control.command('R c from to'), '0\n');
    const sent: { readonly packet: Buffer; readonly at: number }[] = [];
    for (const end = Date.now() + TALK_MS; Date.now() < end; await delay(PACKET_MS)) {
      const packet = rtpPacket(sent.length);
      await call.caller[0].send(packet, call.forCaller);
      assert.deepEqual((await call.callee[0].next()).data, packet);
      sent.push({ packet, at: Date.now() });
    }
    const killed = Date.now();
    process.kill(daemon.pid, 'SIGKILL');
    await daemon.exited;

    // Read to the last byte: it ends behind a whole record.
    const recorded = packetsOf(directory, 'c=from.o.rtp', pcap);
    const due = sent.filter(({ at }) => at < killed - FLUSH_MS);
    assert.ok(due.length > 0 && recorded.length >= due.length, `${recorded.length} of ${due.length} packets`);
    assert.deepEqual(
      recorded,
      sent.slice(0, recorded.length).map(({ packet }) => packet),
    );
  });
}

test('the time of a record is that of the arrival of its packet, not of its writing', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, ['-P']);
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  const times: { readonly before: number; readonly after: number }[] = [];
  for (let seq = 0; seq < 20; seq++) {
    const before = Date.now();
    await call.caller[0].send(rtpPacket(seq), call.forCaller);
    await call.callee[0].next();
    times.push({ before, after: Date.now() });
    await delay(PACKET_MS);
  }
  await daemon.stop();
  const records = recordsOf(directory, 'c=from.o.rtp', true);
  assert.equal(records.length, times.length);
  for (const [i, { before, after }] of times.entries()) {
    const ms = (records[i]?.seconds ?? 0) * 1000;
    // The clock of this process counts whole milliseconds.
    assert.ok(ms >= before - 1 && ms <= after + 1, `${ms} is not between ${before} and ${after}`);
  }
});
