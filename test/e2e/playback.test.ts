import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../helpers/deadline.ts';
import { HOST, type Relay, rtcpOf, setUpCall, startRelay } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

const DEADLINE_MS = 5000;
/** Longer than a prompt packet needs to arrive if it is ever sent. */
const QUIET_MS = 100;
const PACKET_BYTES = 80;

/** A prompt of G.711 in the daemon's working directory: `packets` packets of 10 ms, all bytes `fill`. */
function writePrompt({ daemon }: Relay, name: string, packets: number, fill = 0x55): void {
  writeFileSync(join(daemon.directory, `${name}.0`), Buffer.alloc(packets * PACKET_BYTES, fill));
}

async function parties(t: TestContext): Promise<[UdpPeer, UdpPeer]> {
  return [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
}

async function counters({ control }: Relay, names: string, wanted: string): Promise<void> {
  let last = '';
  const reached = async () => {
    last = await control.command(`G ${names}`);
    return last === `${wanted}\n`;
  };
  await until(reached, DEADLINE_MS, `${names} ${wanted}`).catch((error) => {
    throw new Error(`${error.message}; it is ${last}`);
  });
}

test('what one party hears from a prompt is not mixed with what the other one says', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const [caller, callee] = await parties(t);
  const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
  writePrompt(relay, 'moh', 10);
  assert.equal(await control.command('P-1 c moh 0 from'), '0\n');

  for (let seq = 0; seq < 5; seq++) await callee.send(rtpPacket(seq), forCallee);
  await counters(relay, 'npkts_rcvd npkts_discard npkts_relayed', '5 5 0');
  assert.equal(await control.command('Q c from to npkts_ina npkts_ino nrelayed ndropped'), '0 5 0 5\n');
  for (let i = 0; i < 20; i++) {
    const { data, from } = await caller.next();
    assert.equal(data.length, 12 + PACKET_BYTES);
    assert.equal(data.readUInt8(12), 0x55);
    assert.deepEqual(from, forCaller);
  }

  // The listener is still heard.
  const own = rtpPacket(7);
  await caller.send(own, forCaller);
  assert.deepEqual((await callee.next()).data, own);

  assert.equal(await control.command('S c from'), '0\n');
  const other = rtpPacket(99);
  await callee.send(other, forCallee);
  let last = (await caller.next()).data;
  while (last.length !== other.length) last = (await caller.next()).data;
  assert.deepEqual(last, other);
});

test('RTCP passes while a prompt is played', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const [[caller, callerRtcp], [callee, calleeRtcp]] = [
    await UdpPeer.openPair(t, HOST),
    await UdpPeer.openPair(t, HOST),
  ];
  const { forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
  writePrompt(relay, 'moh', 10);
  await control.command('P-1 c moh 0 from');
  await calleeRtcp.send('report', rtcpOf(forCallee));
  assert.equal((await callerRtcp.next()).data.toString(), 'report');
});

test('playing waits for the port and the address of the listener', async (t) => {
  const relay = await startRelay(t, ['-l', HOST], { logLevel: 'info' });
  const { control, daemon } = relay;
  const [caller, callee] = await parties(t);
  writePrompt(relay, 'ann', 3);

  // The caller's port comes with L.
  await control.command(`U one ${HOST} ${caller.local.port} from`);
  assert.equal(await control.command('P one ann 0 from'), '0\n');
  await delay(QUIET_MS);
  await counters(relay, 'nplrs_created nplrs_destroyed npkts_played', '1 0 0');
  await control.command(`L one ${HOST} ${callee.local.port} from to`);
  for (let i = 0; i < 3; i++) await caller.next();
  await counters(relay, 'nplrs_created nplrs_destroyed npkts_played', '1 1 3');

  // The callee's address comes with its first packet, which goes on to the caller.
  const offer = await control.command(`U two ${HOST} ${caller.local.port} from`);
  await control.command('L two 0 0 from to');
  assert.equal(await control.command('P two ann 0 to from'), '0\n');
  await delay(QUIET_MS);
  await counters(relay, 'npkts_played', '3');
  const forCallee = { host: HOST, port: Number.parseInt(offer, 10) };
  const first = rtpPacket(1);
  await callee.send(first, forCallee);
  for (let i = 0; i < 3; i++) assert.equal((await callee.next()).data.readUInt8(12), 0x55);
  assert.deepEqual((await caller.next()).data, first);
  await counters(relay, 'nplrs_created nplrs_destroyed npkts_played', '2 2 6');
  assert.match(daemon.stderr(), /^INFO:two:playback:0: player at port \d+ has finished$/m);
});

test('a waiting player already keeps the other party away from the listener', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const callee = await UdpPeer.open(t, HOST);
  writePrompt(relay, 'ann', 3);
  const offer = await control.command('U c 0 0 from');
  await control.command(`L c ${HOST} ${callee.local.port} from to`);
  await control.command('P c ann 0 from');
  await callee.send(rtpPacket(1), { host: HOST, port: Number.parseInt(offer, 10) });
  await counters(relay, 'npkts_rcvd npkts_discard', '1 1');
  assert.equal(await control.command('Q c from to npkts_ino ndropped'), '1 1\n');
  assert.equal(await control.command('S c from'), '0\n');
  await counters(relay, 'nplrs_created nplrs_destroyed npkts_played', '1 1 0');
});

test('a new prompt takes the place of the one that plays, at once and also if it cannot be played', async (t) => {
  const relay = await startRelay(t, ['-l', HOST], { logLevel: 'info' });
  const { control, daemon } = relay;
  const [caller, callee] = await parties(t);
  await setUpCall(control, 'c', caller.local, callee.local);
  writePrompt(relay, 'first', 1, 1);
  writePrompt(relay, 'second', 1, 2);
  await control.command('P-1 c first 0 from');
  await control.command('P-1 c second 0 from');
  let heard = (await caller.next()).data.readUInt8(12);
  while (heard !== 2) heard = (await caller.next()).data.readUInt8(12);
  for (let i = 0; i < 5; i++) assert.equal((await caller.next()).data.readUInt8(12), 2);
  assert.equal(await control.command('P c third 0 from'), 'E60\n');
  await counters(relay, 'nplrs_created nplrs_destroyed', '2 2');
  assert.match(daemon.stderr(), /^INFO:c:playback:0: stopping player at port \d+$/m);
  assert.match(daemon.stderr(), /^ERR:c:playback:0: can't create player: /m);
  assert.match(
    daemon.stderr(),
    /^INFO:c:playback:0: -1 times playing prompt second codec 0: SSRC=0x[0-9A-F]{8}, seq=\d+$/m,
  );
});

test('a codec that cannot be played is passed over', async (t) => {
  const relay = await startRelay(t);
  const { control, daemon } = relay;
  const [caller, callee] = await parties(t);
  await setUpCall(control, 'c', caller.local, callee.local);
  writeFileSync(join(daemon.directory, 'ann.101'), Buffer.alloc(800));
  assert.equal(await control.command('P c ann 101 from'), 'E60\n');
  writePrompt(relay, 'ann', 1);
  assert.equal(await control.command('P c ann 101,0 from'), '0\n');
  assert.equal((await caller.next()).data.readUInt8(12), 0x55);
});

test('a prompt that was changed is read again, and what plays goes on with the old one', async (t) => {
  const relay = await startRelay(t);
  const { control, daemon } = relay;
  const [caller, callee] = await parties(t);
  await setUpCall(control, 'c', caller.local, callee.local);
  writePrompt(relay, 'ann', 1, 1);
  await control.command('P-1 c ann 0 from');
  assert.equal((await caller.next()).data.readUInt8(12), 1);
  writePrompt(relay, 'new', 2, 2);
  renameSync(join(daemon.directory, 'new.0'), join(daemon.directory, 'ann.0'));
  await control.command('P-1 c ann 0 to from');
  assert.equal((await callee.next()).data.readUInt8(12), 2);
  for (let i = 0; i < 10; i++) assert.equal((await caller.next()).data.readUInt8(12), 1);
});

test('a playing prompt keeps the session alive in the place of the party that is not heard', async (t) => {
  const relay = await startRelay(t, ['-l', HOST, '-T', '1', '-i']);
  const { control } = relay;
  const [caller, callee] = await parties(t);
  const { forCaller } = await setUpCall(control, 'c', caller.local, callee.local);
  writePrompt(relay, 'moh', 10);
  await control.command('P-1 c moh 0 from');
  // The listener's own timer needs its own packets.
  for (let i = 0; i < 15; i++) {
    await caller.send(rtpPacket(i), forCaller);
    await delay(200);
  }
  assert.match(await control.command('Q c from to ttl'), /^[01]\n$/);
  await until(async () => (await control.command('Q c from')) === 'E50\n', DEADLINE_MS, 'end of the session');
  await counters(relay, 'nplrs_created nplrs_destroyed nsess_timeout', '1 1 1');
});

test('small packets of a prompt are sent twice with -2', async (t) => {
  const relay = await startRelay(t, ['-l', HOST, '-2']);
  const { control } = relay;
  const [caller, callee] = await parties(t);
  await setUpCall(control, 'c', caller.local, callee.local);
  writePrompt(relay, 'ann', 2);
  await control.command('P c ann 0 from');
  const [a, b, c, d] = [await caller.next(), await caller.next(), await caller.next(), await caller.next()];
  assert.deepEqual(a.data, b.data);
  assert.deepEqual(c.data, d.data);
  assert.notDeepEqual(b.data, c.data);
  await counters(relay, 'npkts_played', '2');
});

test('deleting the session ends its players', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const [caller, callee] = await parties(t);
  await setUpCall(control, 'c', caller.local, callee.local);
  writePrompt(relay, 'moh', 10);
  await control.command('P-1 c moh 0 from');
  await control.command('P-1 c moh 0 to from');
  await caller.next();
  await callee.next();
  assert.equal(await control.command('D c from'), '0\n');
  assert.equal(await control.command('G nplrs_created nplrs_destroyed'), '2 2\n');
});
