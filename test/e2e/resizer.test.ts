import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { until } from '../helpers/deadline.ts';
import { recordsOf, startRecorder, written } from './support/recorded-call.ts';
import { type Call, counters, HOST, portIn, type Relay, sessionFigures, startRelay } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

const HEADER = 12;
const DEADLINE_MS = 5000;
const COUNTERS = ['npkts_resizer_in', 'npkts_resizer_out', 'npkts_resizer_discard'];

interface Resized extends Call {
  readonly relay: Relay;
  readonly caller: UdpPeer;
  readonly callee: UdpPeer;
}

/** A call whose U has these modifiers. */
async function startCall(t: TestContext, modifiers: string, relay?: Relay): Promise<Resized> {
  const used = relay ?? (await startRelay(t));
  const caller = await UdpPeer.open(t, HOST);
  const callee = await UdpPeer.open(t, HOST);
  const ask = async (text: string) => portIn(await used.control.command(text));
  const forCallee = await ask(`U${modifiers} c ${HOST} ${caller.local.port} from`);
  const forCaller = await ask(`L c ${HOST} ${callee.local.port} from to`);
  return { relay: used, caller, callee, forCaller, forCallee };
}

/** A packet whose every byte is a tick, as in PCMU. */
function packet(seq: number, ts: number, bytes: number, payloadType = 0): Buffer {
  const data = rtpPacket(seq, { payloadBytes: bytes });
  data.writeUInt8(payloadType, 1);
  data.writeUInt32BE(ts >>> 0, 4);
  return data;
}

/** `count` packets of `bytes` ticks without a gap. */
function speech(count: number, bytes: number, payloadType = 0): Buffer[] {
  return Array.from({ length: count }, (_, i) => packet(65530 + i, 2 ** 32 - 1000 + i * bytes, bytes, payloadType));
}

function payloads(packets: readonly Buffer[]): Buffer {
  return Buffer.concat(packets.map((data) => data.subarray(HEADER)));
}

async function take(peer: UdpPeer, count: number): Promise<Buffer[]> {
  const packets: Buffer[] = [];
  while (packets.length < count) packets.push((await peer.next()).data);
  return packets;
}

/** Sends without a pause: packets that stay away for long let out shorter ones. */
async function send(peer: UdpPeer, packets: readonly Buffer[], to: Call['forCaller']): Promise<void> {
  await Promise.all(packets.map((data) => peer.send(data, to)));
}

/** Waits until the daemon has processed so many packets. */
function processed(relay: Relay, count: number): Promise<void> {
  const reached = async () => (await counters(relay.control, 'npkts_rcvd'))[0] === count;
  return until(reached, DEADLINE_MS, `${count} packets`);
}

/** The packets are the speech in pieces of so many bytes, with numbers and timestamps that follow each other. */
function assertResized(heard: readonly Buffer[], said: readonly Buffer[], bytes: number): void {
  const [first = Buffer.alloc(HEADER)] = said;
  for (const [i, data] of heard.entries()) {
    assert.equal(data.length, HEADER + bytes);
    assert.equal(data.readUInt16BE(0), first.readUInt16BE(0));
    assert.equal(data.readUInt16BE(2), (first.readUInt16BE(2) + i) % 2 ** 16);
    assert.equal(data.readUInt32BE(4), (first.readUInt32BE(4) + i * bytes) % 2 ** 32);
    assert.equal(data.readUInt32BE(8), first.readUInt32BE(8));
  }
  assert.deepEqual(payloads(heard), payloads(said).subarray(0, heard.length * bytes));
}

test('Uz40 makes one packet of two, and G and Q count both', async (t) => {
  const { relay, caller, callee, forCaller, forCallee } = await startCall(t, 'z40');
  const said = speech(13, 160);
  await send(caller, said, forCaller);
  const heard = await take(callee, 6);
  assertResized(heard, said, 320);
  await processed(relay, 13);

  const { fromCaller, relayed, dropped } = await sessionFigures(relay.control, 'c');
  assert.deepEqual([fromCaller, relayed, dropped], [13, 6, 0]);
  assert.deepEqual(await counters(relay.control, ...COUNTERS, 'npkts_rcvd', 'npkts_relayed', 'npkts_discard'), [
    ...[13, 6, 0],
    ...[13, 6, 0],
  ]);

  // The other direction was not asked for.
  const answer = rtpPacket(1);
  await callee.send(answer, forCallee);
  assert.deepEqual((await caller.next()).data, answer);

  // What is left at the end is never sent.
  assert.equal(await relay.control.command('D c from to'), '0\n');
  assert.deepEqual(await counters(relay.control, ...COUNTERS), [13, 6, 1]);
});

test('longer packets are split, and -2 sends the short ones twice', async (t) => {
  const relay = await startRelay(t, ['-l', HOST, '-2']);
  const { caller, callee, forCaller } = await startCall(t, 'z10', relay);
  const said = speech(3, 160);
  await send(caller, said, forCaller);
  const sent = await take(callee, 12);
  const heard = sent.filter((_, i) => i % 2 === 0);
  assert.deepEqual(
    heard,
    sent.filter((_, i) => i % 2 === 1),
  );
  assertResized(heard, said, 80);
  assert.deepEqual(await counters(relay.control, ...COUNTERS, 'npkts_relayed'), [3, 6, 0, 6]);
});

test('one packet of a second becomes a hundred', async (t) => {
  const relay = await startRelay(t, ['-l', HOST, '-2']);
  const { caller, callee, forCaller } = await startCall(t, 'z1', relay);
  const said = speech(1, 8000);
  await send(caller, said, forCaller);
  const sent = await take(callee, 200);
  assertResized(
    sent.filter((_, i) => i % 2 === 0),
    said,
    80,
  );
});

test('G.722 is split by its clock of 8000 ticks a second', async (t) => {
  const { caller, callee, forCaller } = await startCall(t, 'z20');
  const said = speech(5, 320, 9);
  await send(caller, said, forCaller);
  assertResized(await take(callee, 10), said, 160);
});

test('padding does not end up between the parts of a packet', async (t) => {
  const { caller, callee, forCaller } = await startCall(t, 'z40');
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = speech(2, 160);
  const padded = Buffer.concat([first, Buffer.from([0, 0, 0, 4])]);
  padded.writeUInt8(0xa0, 0);
  await send(caller, [padded, second], forCaller);
  assertResized(await take(callee, 1), [first, second], 320);
});

test('what is no audio passes at once and unchanged', async (t) => {
  const { relay, caller, callee, forCaller } = await startCall(t, 'z500');
  const said = speech(2, 160);
  const others = [packet(3, 320, 4, 101), packet(4, 320, 0), randomBytes(20).fill(0x10, 0, 1), Buffer.alloc(0)];
  await send(caller, [...said, ...others], forCaller);
  assert.deepEqual(await take(callee, others.length), others);
  assert.deepEqual(await counters(relay.control, ...COUNTERS, 'npkts_relayed'), [2, 0, 0, others.length]);
});

test('every U and L sets the length of its party anew or ends the resizing', async (t) => {
  const relay = await startRelay(t, ['-l', HOST], { logLevel: 'info' });
  const { caller, callee, forCaller, forCallee } = await startCall(t, 'z40', relay);
  const said = speech(30, 160);
  const fromCaller = `c ${HOST} ${caller.local.port} from to`;
  await send(caller, said.slice(0, 3), forCaller);
  assertResized(await take(callee, 1), said, 320);
  await processed(relay, 3);

  // The third packet is still there: it opens the next one.
  await relay.control.command(`Uz500 ${fromCaller}`);
  await send(caller, said.slice(3, 28), forCaller);
  const [longer = Buffer.alloc(0)] = await take(callee, 1);
  assert.equal(longer.readUInt16BE(2), 65531);
  assert.equal(longer.readUInt32BE(4), said[2]?.readUInt32BE(4));
  assert.deepEqual(payloads([longer]), payloads(said.slice(2, 27)));
  await processed(relay, 28);

  await relay.control.command(`U ${fromCaller}`);
  await relay.control.command(`U ${fromCaller}`);
  await send(caller, said.slice(28), forCaller);
  assert.deepEqual(await take(callee, 2), said.slice(28));
  assert.deepEqual(await counters(relay.control, ...COUNTERS), [28, 2, 1]);

  await relay.control.command(`Lz10 c ${HOST} ${callee.local.port} from to`);
  const answer = speech(1, 160);
  await send(callee, answer, forCallee);
  assertResized(await take(caller, 2), answer, 80);

  const lines = relay.daemon.stderr().match(/RTP packets from .*$/gm);
  assert.deepEqual(lines, [
    'RTP packets from caller will be resized to 40 milliseconds',
    'RTP packets from caller will be resized to 500 milliseconds',
    'RTP packets from caller has been disabled',
    'RTP packets from callee will be resized to 10 milliseconds',
  ]);
  assert.match(relay.daemon.stderr(), /^INFO:c:sessions:0: Resizing of RTP packets from caller has been disabled$/m);
});

test('recordings show what was sent on, with the time of its first part', async (t) => {
  const recorder = await startRecorder(t);
  const { caller, callee, forCaller } = await startCall(t, 'z40', recorder);
  assert.equal(await recorder.control.command('R c from to'), '0\n');
  const said = speech(2, 160);
  await send(caller, said.slice(0, 1), forCaller);
  await processed(recorder, 1);
  // The next full millisecond, since Date.now() cuts off what the record has in microseconds.
  const between = (Date.now() + 1) / 1000;
  await send(caller, said.slice(1), forCaller);
  const heard = await take(callee, 1);
  const name = 'c=from.o.rtp';
  await written(recorder.directory, name, 1);
  const [record] = recordsOf(recorder.directory, name);
  assert.deepEqual(record?.payload, heard[0]);
  assert.ok(record !== undefined && record.seconds <= between, 'time of the record');
});
