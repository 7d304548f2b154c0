import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../helpers/deadline.ts';
import { HOST, portIn, type Relay, rtcpOf, setUpCall, startRelay } from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { type Endpoint, UdpPeer } from './support/udp-peer.ts';

const DEADLINE_MS = 5000;

/** A party with an RTP and an RTCP port that hears what a daemon sends it. */
interface Party {
  readonly rtp: UdpPeer;
  readonly rtcp: UdpPeer;
  readonly at: Endpoint;
}

async function party(t: TestContext): Promise<Party> {
  const [rtp, rtcp] = await UdpPeer.openPair(t, HOST);
  return { rtp, rtcp, at: rtp.local };
}

/** The call `s` from `a` to `b` between two parties, and its ports. */
async function sourceCall(t: TestContext, relay: Relay, id = 's') {
  const [caller, callee] = [await party(t), await party(t)];
  const ports = await setUpCall(relay.control, id, caller.at, callee.at);
  return { caller, callee, ...ports };
}

function address({ at }: Party): string {
  return `${at.host} ${at.port}`;
}

/** Hears the packet, from that port, and nothing else before. */
async function hears(peer: UdpPeer, packet: Buffer, from: Endpoint): Promise<void> {
  const { data, from: source } = await peer.next();
  assert.deepEqual(data, packet);
  assert.deepEqual(source, from);
}

test('the parties of a fork hear what the parties of the source send each other', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const { caller, callee, forCaller, forCallee } = await sourceCall(t, relay);
  const [x, y] = [await party(t), await party(t)];
  const toY = portIn(await control.command(`U n ${address(x)} x y && C s from to`));
  const toX = portIn(await control.command(`L n ${address(y)} x y`));

  // X hears what the caller hears, Y what the callee hears.
  const [one, two, three] = [rtpPacket(1), rtpPacket(2), rtcpPacket()];
  await callee.rtp.send(one, forCallee);
  await hears(x.rtp, one, toX);
  await hears(caller.rtp, one, forCaller);
  await caller.rtp.send(two, forCaller);
  await hears(y.rtp, two, toY);
  await hears(callee.rtp, two, forCallee);
  await callee.rtcp.send(three, rtcpOf(forCallee));
  await hears(x.rtcp, three, rtcpOf(toX));
  const junk = Buffer.from('no RTP');
  await caller.rtp.send(junk, forCaller);
  await hears(y.rtp, junk, toY);

  // Only the source has relayed something.
  assert.equal(await control.command('Q s from to npkts_ina npkts_ino nrelayed ndropped'), '2 1 3 0\n');
  assert.equal(await control.command('Q n x y npkts_ina npkts_ino nrelayed ndropped'), '0 0 0 0\n');
  assert.equal(await control.command('G npkts_rcvd npkts_relayed npkts_discard'), '4 4 0\n');
});

test('with && L before && C the parties of the fork change places', async (t) => {
  const relay = await startRelay(t);
  const { caller, callee, forCaller, forCallee } = await sourceCall(t, relay);
  const [x, y] = [await party(t), await party(t)];
  const reply = await relay.control.command(`U n ${address(x)} x y && L ${address(y)} && C s from to`);
  assert.match(reply, /^\d+ 127\.0\.0\.1 && \d+ 127\.0\.0\.1\n$/);
  const [one, two] = [rtpPacket(1), rtpPacket(2)];
  await caller.rtp.send(one, forCaller);
  assert.deepEqual((await x.rtp.next()).data, one);
  await callee.rtp.send(two, forCallee);
  assert.deepEqual((await y.rtp.next()).data, two);
});

test('what the parties of a fork send is dropped, and does not keep it alive; copies do', async (t) => {
  const relay = await startRelay(t, ['-l', HOST, '-T', '2']);
  const { control } = relay;
  const { caller, forCaller } = await sourceCall(t, relay);
  const [x, y] = [await party(t), await party(t)];
  const toY = portIn(await control.command(`U n ${address(x)} x y && C s from to`));
  await control.command(`L n ${address(y)} x y`);
  for (let i = 0; i < 8; i++) {
    await caller.rtp.send(rtpPacket(i), forCaller);
    await y.rtp.send(rtpPacket(i), toY);
    await delay(400);
  }
  assert.equal(await control.command('Q n x y npkts_ina npkts_ino nrelayed ndropped'), '0 8 0 8\n');
  const alone = async () => {
    await y.rtp.send(rtpPacket(1), toY);
    return (await control.command('Q n x')) === 'E50\n';
  };
  await until(alone, DEADLINE_MS, 'end of the fork');
});

test('a fork whose source has ended stays, in silence', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const { caller, forCaller } = await sourceCall(t, relay);
  const [x, y] = [await party(t), await party(t)];
  const toY = portIn(await control.command(`U n ${address(x)} x y && C s from to`));
  await control.command(`L n ${address(y)} x y`);
  assert.equal(await control.command('D s from'), '0\n');
  await caller.rtp.send(rtpPacket(1), forCaller);
  await y.rtp.send(rtpPacket(2), toY);
  await until(
    async () => (await control.command('Q n x y npkts_ino ndropped')) === '1 1\n',
    DEADLINE_MS,
    'dropped packet',
  );
  // Another source can take the place.
  const other = await sourceCall(t, relay, 's2');
  await control.command(`U n ${address(x)} x y && C s2 from to`);
  const packet = rtpPacket(3);
  await other.callee.rtp.send(packet, other.forCallee);
  assert.deepEqual((await x.rtp.next()).data, packet);
});

test('a fork that ends leaves its source alone', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const { caller, callee, forCaller } = await sourceCall(t, relay);
  const [x, y] = [await party(t), await party(t)];
  for (const id of ['n1', 'n2', 'n3']) {
    await control.command(`U ${id} ${address(x)} x y && C s from to`);
    await control.command(`L ${id} ${address(y)} x y`);
  }
  const [one, two] = [rtpPacket(1), rtpPacket(2)];
  await caller.rtp.send(one, forCaller);
  for (let i = 0; i < 3; i++) assert.deepEqual((await y.rtp.next()).data, one);
  assert.equal(await control.command('D n2 x'), '0\n');
  await caller.rtp.send(two, forCaller);
  for (let i = 0; i < 2; i++) assert.deepEqual((await y.rtp.next()).data, two);
  assert.deepEqual((await callee.rtp.next()).data, one);
  assert.deepEqual((await callee.rtp.next()).data, two);
});

test('asking again for the same copy gives no second one; two sources are both heard', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const first = await sourceCall(t, relay);
  const [x, y] = [await party(t), await party(t)];
  await control.command(`U n ${address(x)} x y && C s from to`);
  await control.command(`L n ${address(y)} x y`);
  assert.match(await control.command(`U n ${address(x)} x y && C s from to`), /^\d+ 127\.0\.0\.1\n$/);
  const second = await sourceCall(t, relay, 's2');
  assert.match(await control.command(`U n ${address(x)} x y && C s2 from to`), /^\d+ 127\.0\.0\.1\n$/);
  const [one, two] = [rtpPacket(1), rtpPacket(2)];
  await first.callee.rtp.send(one, first.forCallee);
  assert.deepEqual((await x.rtp.next()).data, one);
  await second.callee.rtp.send(two, second.forCallee);
  assert.deepEqual((await x.rtp.next()).data, two);
});

test('a fork of a fork hears the same; a session cannot be its own source', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const { callee, forCallee } = await sourceCall(t, relay);
  const [x, y, v, w] = [await party(t), await party(t), await party(t), await party(t)];
  await control.command(`U n ${address(x)} x y && C s from to`);
  await control.command(`L n ${address(y)} x y`);
  await control.command(`U m ${address(v)} v w && C n x y`);
  await control.command(`L m ${address(w)} v w`);
  const packet = rtpPacket(1);
  await callee.rtp.send(packet, forCallee);
  assert.deepEqual((await x.rtp.next()).data, packet);
  assert.deepEqual((await v.rtp.next()).data, packet);
  for (const source of ['s from to', 'n x y', 'm v w']) {
    assert.match(await control.command(`U s 0 0 from to && C ${source}`), /^\d+ 127\.0\.0\.1 && -1\n$/, source);
  }
});

test('small packets are copied twice with -2', async (t) => {
  const relay = await startRelay(t, ['-l', HOST, '-2']);
  const { callee, forCallee } = await sourceCall(t, relay);
  const [x, y] = [await party(t), await party(t)];
  await relay.control.command(`U n ${address(x)} x y && C s from to`);
  await relay.control.command(`L n ${address(y)} x y`);
  const [small, large] = [rtpPacket(1, { payloadBytes: 20 }), rtpPacket(2)];
  await callee.rtp.send(small, forCallee);
  await callee.rtp.send(large, forCallee);
  for (const packet of [small, small, large]) assert.deepEqual((await x.rtp.next()).data, packet);
});

test('forks find their sources on every relay worker', async (t) => {
  const relay = await startRelay(t, ['-l', HOST, '--workers', '3']);
  const { control } = relay;
  for (let i = 0; i < 6; i++) {
    const { callee, forCallee } = await sourceCall(t, relay, `s${i}`);
    const [x, y] = [await party(t), await party(t)];
    const reply = await control.command(`U n${i} ${address(x)} x y && C s${i} from to`);
    assert.match(reply, /^\d+ 127\.0\.0\.1\n$/);
    await control.command(`L n${i} ${address(y)} x y`);
    const packet = rtpPacket(i);
    await callee.rtp.send(packet, forCallee);
    assert.deepEqual((await x.rtp.next()).data, packet);
  }
  // A session that was there before is where it is: some sources are on other workers.
  const x = await party(t);
  await control.command(`U old ${address(x)} x y`);
  const replies: string[] = [];
  for (let i = 0; i < 6; i++) replies.push(await control.command(`U old ${address(x)} x y && C s${i} from to`));
  assert.equal(replies.filter((reply) => reply.endsWith(' && -1\n')).length, 4);
});

test('many forks come and go while packets flow', async (t) => {
  const relay = await startRelay(t);
  const { control } = relay;
  const { caller, callee, ...ports } = await sourceCall(t, relay);
  let { forCaller, forCallee } = ports;
  const [x, y] = [await party(t), await party(t)];
  let seq = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 5; i++) {
      void caller.rtp.send(rtpPacket(seq), forCaller);
      void callee.rtp.send(rtpPacket(seq++), forCallee);
    }
  }, 1);
  try {
    for (let round = 0; round < 200; round++) {
      await control.command(`U n${round % 10} ${address(x)} x y && L ${address(y)} && C s from to`);
      if (round % 10 > 4) assert.equal(await control.command(`D n${round % 5} x`), '0\n');
      if (round % 40 !== 39) continue;
      assert.equal(await control.command('D s from'), '0\n');
      ({ forCaller, forCallee } = await setUpCall(control, 's', caller.at, callee.at));
    }
  } finally {
    clearInterval(timer);
  }
  assert.equal(await control.command('X'), '0\n');
  const [created, destroyed] = (await control.command('G nsess_created nsess_destroyed')).trim().split(' ');
  assert.equal(created, destroyed);
});
