import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { type Daemon, freeUdpPort, startDaemon } from '../helpers/daemon.ts';
import { until } from '../helpers/deadline.ts';
import { type Kamailio, startKamailio } from '../helpers/kamailio.ts';
import { askProxy } from '../helpers/sip/ask-proxy.ts';
import { askedOf, assertAsked } from './support/command-trace.ts';
import { HOST } from './support/relay.ts';
import {
  assertTalking,
  CALLEE_HOST,
  CALLER_HOST,
  content,
  hangUp,
  invite,
  openParties,
  type Parties,
  sdpOf,
  startTalk,
} from './support/sip-call.ts';

const CONTROLS = { configuration: 'kamailio-controls.cfg' } as const;
const PROBES = ['V', 'VF 20050322', 'VF 20071116', 'VF 20081102'];
const BACK_MS = 8000;

function startNode(t: TestContext, socket: string): Promise<Daemon> {
  return startDaemon(t, ['-s', socket, '-l', HOST], { logLevel: 'dbug' });
}

async function rpc(t: TestContext, proxy: Kamailio, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const { body } = await askProxy(t, proxy, { 'X-Rpc': JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 }) });
  return (JSON.parse(body) as { readonly result?: unknown }).result;
}

/** The nodes that Kamailio has, in order: whether each is in use. */
async function nodesInUse(t: TestContext, proxy: Kamailio): Promise<boolean[]> {
  const nodes = (await rpc(t, proxy, 'rtpproxy.list')) as readonly { readonly disabled: number }[];
  return nodes.map(({ disabled }) => disabled === 0);
}

/** Waits until the daemon was probed so many times from V to the last VF; each must have had the right answer. */
async function untilProbed(daemon: Daemon, times: number): Promise<void> {
  const probes = () => askedOf(daemon).filter(({ command }) => command.startsWith('V'));
  const done = () => {
    const counts = PROBES.map((probe) => probes().filter(({ command }) => command === probe).length);
    return counts.every((count) => count === counts[0] && count >= times);
  };
  await until(done, BACK_MS, 'probes');
  for (const { command, reply } of probes()) {
    assert.ok(PROBES.includes(command), command);
    assert.equal(reply, command === 'V' ? '20040107' : '1');
  }
}

/** A call from start to end; whether its media went through a relay. */
async function relayed(parties: Parties, callId: string): Promise<boolean> {
  const talk = await startTalk(parties, callId);
  const without = talk.forCallee.host !== HOST;
  if (without) assert.deepEqual(talk.forCallee, parties.callerMedia.local);
  else await assertTalking(talk);
  await hangUp(talk.callerSide, talk.calleeSide);
  return !without;
}

/** Makes calls until one is relayed. */
function untilBack(parties: Parties, name: string): Promise<void> {
  let calls = 0;
  return until(() => relayed(parties, `${name}-${calls++}`), BACK_MS, `a relayed call ${name}`);
}

for (const transport of ['udp', 'udp6', 'unix'] as const) {
  test(`${transport}: absent at the start, found later, lost and found again`, async (t) => {
    const socket =
      transport === 'unix'
        ? `unix:${join(temporaryDirectory(t), 'control.sock')}`
        : transport === 'udp6'
          ? `udp6:::1:${await freeUdpPort('::1')}`
          : `udp:${HOST}:${await freeUdpPort(HOST)}`;
    const proxy = await startKamailio(t, socket, { ...CONTROLS, definitions: { DISABLE_SECONDS: '1' } });
    const parties = await openParties(t, proxy);
    assert.deepEqual(await nodesInUse(t, proxy), [false]);
    assert.equal(await relayed(parties, 'none'), false);

    const first = await startNode(t, socket);
    await untilBack(parties, 'found');
    assert.deepEqual(await nodesInUse(t, proxy), [true]);
    await untilProbed(first, 1);

    const talk = await startTalk(parties, 'cut');
    await first.stop();
    await hangUp(talk.callerSide, talk.calleeSide);
    assert.equal(await relayed(parties, 'lost'), false);
    const second = await startNode(t, socket);
    await untilBack(parties, 'again');
    await untilProbed(second, 1);
  });
}

test('each process of Kamailio probes at the start', async (t) => {
  const socket = `udp:${HOST}:${await freeUdpPort(HOST)}`;
  const daemon = await startNode(t, socket);
  const proxy = await startKamailio(t, socket, CONTROLS);
  // Two SIP workers and some others.
  await untilProbed(daemon, 2);
  assert.deepEqual(await nodesInUse(t, proxy), [true]);
  assert.doesNotMatch(proxy.stderr(), /WARNING|ERROR/);
});

/** What Kamailio chooses a node by: the sum of the bytes of the Call-ID. */
function callIdOf(name: string, sum: number, modulus: number): string {
  for (let i = 0; ; i++) {
    const callId = `${name}${i}`;
    if ((Buffer.from(callId).reduce((total, byte) => total + byte, 0) & 255) % modulus === sum) return callId;
  }
}

test('two daemons: calls are spread by Call-ID and weight, and move when one is lost', async (t) => {
  const sockets = [`udp:${HOST}:${await freeUdpPort(HOST)}`, `udp:${HOST}:${await freeUdpPort(HOST)}`] as const;
  const [big, small] = [await startNode(t, sockets[0]), await startNode(t, sockets[1])];
  const proxy = await startKamailio(t, `${sockets[0]}=3 ${sockets[1]}=1`, CONTROLS);
  const parties = await openParties(t, proxy);
  const offer = (callId: string) => `Uc0 ${callId} ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`;
  const answer = (callId: string) => `Lc0 ${callId} ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`;
  const whole = (callId: string) => [offer(callId), answer(callId), `D ${callId} f t`];

  for (const [sum, node, other] of [
    [0, big, small],
    [1, big, small],
    [2, big, small],
    [3, small, big],
  ] as const) {
    const callId = callIdOf('spread', sum, 4);
    assert.equal(await relayed(parties, callId), true);
    await assertAsked(node, callId, whole(callId));
    await assertAsked(other, callId, []);
  }

  // Asked to leave one alone, Kamailio gives everything to the other one.
  await rpc(t, proxy, 'rtpproxy.enable', [sockets[1], 0]);
  assert.deepEqual(await nodesInUse(t, proxy), [true, false]);
  const moved = callIdOf('moved', 3, 4);
  assert.equal(await relayed(parties, moved), true);
  await assertAsked(big, moved, whole(moved));
  await rpc(t, proxy, 'rtpproxy.enable', [sockets[1], 1]);
  const back = callIdOf('back', 3, 4);
  assert.equal(await relayed(parties, back), true);
  await assertAsked(small, back, whole(back));

  // One dies between offer and answer: the answer comes to the other one, which must say 0.
  const orphan = callIdOf('orphan', 0, 4);
  const { calleeSide, exchange, request } = await invite(parties, orphan);
  await big.stop();
  request.reply(200, content(sdpOf(parties.calleeMedia)));
  await exchange.response(200);
  exchange.ack();
  await calleeSide.request('ACK');
  assert.deepEqual(await assertAsked(small, orphan, [answer(orphan)]), ['0']);
  assert.deepEqual(await nodesInUse(t, proxy), [false, true]);

  const next = callIdOf('next', 0, 4);
  assert.equal(await relayed(parties, next), true);
  await assertAsked(small, next, whole(next));

  const again = await startNode(t, sockets[0]);
  await rpc(t, proxy, 'rtpproxy.enable', [sockets[0], 1]);
  const last = callIdOf('last', 0, 4);
  assert.equal(await relayed(parties, last), true);
  await assertAsked(again, last, whole(last));
});
