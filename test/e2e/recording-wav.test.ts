import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../helpers/deadline.ts';
import { packetsOf, startCall, startRecorder, talk } from './support/recorded-call.ts';
import { rtcpOf, untilLogged } from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { assertHeard, levelOf, SAMPLES, say, tone } from './support/spoken-call.ts';
import { readWav, WAV_HEADER, WAV_RATE } from './support/wav-file.ts';

const WAV = '--record-format=wav';
const DISK_MS = 5000;
/** What is older than this is in the file, ms. */
const FLUSH_MS = 1000;

test('the caller is on the left, the callee on the right, each where it was heard', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, [WAV]);
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  assert.equal(await control.command('R c to from'), '0\n');
  const caller = say(call, 'caller', 100);
  await delay(700);
  const callee = await say(call, 'callee', 100);
  const [first] = await caller;
  await daemon.stop();

  assert.deepEqual(readdirSync(directory), ['c=from.wav']);
  const { left, right, frames } = readWav(join(directory, 'c=from.wav'));
  assertHeard(left, 0, 100);
  const from = right.findIndex((level) => level !== 0);
  assertHeard(right, from, 100);
  assert.equal(frames, from + 100 * SAMPLES);
  assert.ok(first !== undefined && callee[0] !== undefined);
  const ms = (from * 1000) / WAV_RATE;
  t.diagnostic(`the callee is heard ${ms} ms behind the caller, and was ${callee[0].sent - first.sent} ms`);
  assert.ok(ms >= callee[0].sent - first.received - 1 && ms <= callee[0].received - first.sent + 1);
});

test('kill -9 loses no more than the last second of a call recorded as sound', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, [WAV, '-a'], { checkExit: false });
  const call = await startCall(t, control, 'c');
  const [caller] = await Promise.all([say(call, 'caller', 150), say(call, 'callee', 150)]);
  const killed = performance.now();
  process.kill(daemon.pid, 'SIGKILL');
  await daemon.exited;
  const { left, right, frames } = readWav(join(directory, 'c=from.wav'));
  const due = caller.filter(({ received }) => received < killed - FLUSH_MS).length;
  t.diagnostic(`${frames} frames of ${150 * SAMPLES}, ${due * SAMPLES} are due`);
  assert.ok(frames >= due * SAMPLES);
  const whole = Math.floor(frames / SAMPLES);
  assertHeard(left.subarray(0, whole * SAMPLES), 0, whole);
  assert.ok(right.some((level) => level !== 0));
});

test('names, N, and a spool are as in other formats', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, [WAV, '-S', '{top}']);
  const spool = join(directory, '..');
  const names = (): string[] => readdirSync(directory).sort();
  for (const id of ['a', 'b', 'c', 'd']) {
    const call = await startCall(t, control, id);
    const command = { a: 'R', b: 'Rs', c: 'C', d: 'Cs' }[id];
    const name = { c: ' given', d: ' whole' }[id] ?? '';
    assert.equal(await control.command(`${command} ${id}${name} from to`), '0\n');
    assert.equal(await control.command(`${command} ${id}${name} to from`), '0\n');
    await talk(call, 5);
    if (id !== 'b') continue;
    assert.ok(readdirSync(spool).includes('b=from.wav'));
    assert.equal(await control.command('N b from to'), '0\n');
    await talk(call, 5);
    assert.ok(!names().includes('b=from.wav'), 'the other direction goes on');
    assert.equal(await control.command('N b to from'), '0\n');
    await until(() => names().includes('b=from.wav'), DISK_MS, 'the recording that was stopped');
  }
  await daemon.stop();
  assert.deepEqual(names(), ['a=from.wav', 'b=from.wav', 'given.wav', 'whole']);
  assert.deepEqual(readdirSync(spool), ['rec']);
  for (const name of names()) assert.ok(readWav(join(directory, name)).frames >= 5 * SAMPLES, name);
});

for (const pcap of [false, true]) {
  test(`what cannot become sound is recorded beside it ${pcap ? 'as pcap' : 'in ad-hoc format'}`, async (t) => {
    const args = [WAV, '-a', ...(pcap ? ['-P'] : [])];
    const { control, daemon, directory } = await startRecorder(t, args, { logLevel: 'warn' });
    const call = await startCall(t, control, 'c');
    const sent: Record<'caller' | 'callee', Buffer[]> = { caller: [], callee: [] };
    const exchange = async (side: 'caller' | 'callee', packet: Buffer): Promise<void> => {
      await call[side][0].send(packet, side === 'caller' ? call.forCaller : call.forCallee);
      await call[side === 'caller' ? 'callee' : 'caller'][0].next();
    };
    const event = (seq: number): Buffer => {
      const packet = rtpPacket(seq, { payloadType: 101, payloadBytes: 4 });
      packet.writeUInt32BE(0x050a0140, 12);
      return packet;
    };
    // A digit alone is left out.
    await exchange('callee', event(0));
    await exchange('caller', tone(0, 1));
    for (let seq = 1; seq < 20; seq++) {
      const packet = rtpPacket(seq, { payloadType: 18, payloadBytes: 20 });
      sent.callee.push(packet);
      await exchange('callee', packet);
      await exchange('caller', tone(seq, 1));
    }
    const names = pcap ? ['c=from.pcap'] : ['c=from.a.rtp', 'c=from.o.rtp'];
    await untilLogged(daemon, /c=from\.wav: payload type 18 cannot become sound: recorded into c=from/);
    await until(() => readdirSync(directory).length > names.length, DISK_MS, 'the files');
    // With files of packets there the digit is in them.
    await exchange('callee', event(20));
    await call.callee[1].send(rtcpPacket(), rtcpOf(call.forCallee));
    await daemon.stop();

    assert.deepEqual(readdirSync(directory).sort(), [...names.slice(0, 1), 'c=from.wav']);
    const [, ...recorded] = packetsOf(directory, names[0] ?? '', pcap).reverse();
    assert.deepEqual(recorded.reverse(), sent.callee);
    const { left, right } = readWav(join(directory, 'c=from.wav'));
    assert.ok(right.every((level) => level === 0));
    assert.equal(left[0], levelOf(0));
    assert.equal(daemon.stderr().match(/cannot become sound/g)?.length, 1);
    assert.doesNotMatch(daemon.stderr(), /lost/);
  });
}

test('a call without sound has no file of sound, and a short one is not lost', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, [WAV, '-P']);
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  const packet = rtpPacket(1, { payloadType: 96 });
  await call.caller[0].send(packet, call.forCaller);
  await call.callee[0].next();
  assert.equal(await control.command('D c from to'), '0\n');
  await until(() => readdirSync(directory).join() === 'c=from.pcap', DISK_MS, 'the pcap file alone');
  await daemon.stop();
  assert.deepEqual(packetsOf(directory, 'c=from.pcap', true), [packet]);
});

test('a call that nobody speaks in is an empty file', async (t) => {
  const { control, daemon, directory } = await startRecorder(t, [WAV, '-a']);
  await startCall(t, control, 'c');
  await daemon.stop();
  assert.equal(readWav(join(directory, 'c=from.wav')).frames, 0);
  assert.equal(statSync(join(directory, 'c=from.wav')).size, WAV_HEADER);
});
