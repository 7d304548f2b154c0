import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { type Daemon, freeUdpPort, startDaemon } from '../helpers/daemon.ts';
import { until } from '../helpers/deadline.ts';
import { type OpenSips, startOpenSips } from '../helpers/opensips.ts';
import { askProxy } from '../helpers/sip/ask-proxy.ts';
import { headerOf } from '../helpers/sip/message.ts';
import { askedOf, assertAsked } from './support/command-trace.ts';
import { startOpenSipsRelay, WITH_OPENSIPS } from './support/opensips-relay.ts';
import { HOST, untilLogged } from './support/relay.ts';
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

const BACK_MS = 8000;
const NOTIFY = 'VF 20081224';
/** What OpenSIPS asks at the start, and what a daemon without modules and `-n` answers. */
const PROBES: Readonly<Record<string, string>> = {
  V: '20040107',
  'VF 20050322': '1',
  'VF 20071116': '1',
  'VF 20081102': '1',
  'VF 20090810': '1',
  [NOTIFY]: '0',
  'VF 20080403': '1',
  'VF 20150617': '1',
  'VF 20150420': '1',
  'VF 20170313': '0',
  'VF 20071218': '1',
  'VF 20191015': '1',
};

/**
 * A call from start to end; whether all of its media went through a relay. Each process of OpenSIPS has a connection of its
 * own: after a loss, one may be able to ask for the offer, and another one not for the answer.
 */
async function relayed(parties: Parties, callId: string): Promise<boolean> {
  const talk = await startTalk(parties, callId);
  const both = talk.forCallee.host === HOST && talk.forCaller.host === HOST;
  if (both) await assertTalking(talk);
  await hangUp(talk.callerSide, talk.calleeSide);
  return both;
}

async function untilProbed(daemon: Daemon, notify: string): Promise<void> {
  const wanted = Object.entries({ ...PROBES, [NOTIFY]: notify });
  const asked = () => askedOf(daemon).filter(({ command }) => command.startsWith('V'));
  await until(() => new Set(asked().map(({ command }) => command)).size === wanted.length, BACK_MS, 'probes');
  const answers = asked().map(({ command, reply }) => [command, reply]);
  assert.deepEqual(Object.fromEntries(answers), Object.fromEntries(wanted));
}

/** Runs a management command of OpenSIPS. */
async function manage(t: TestContext, proxy: OpenSips, command: string): Promise<string> {
  return headerOf(await askProxy(t, proxy, { 'X-Mi': command }), 'X-Answer');
}

function startNode(t: TestContext, socket: string): Promise<Daemon> {
  return startDaemon(t, ['-s', socket, '-l', HOST], { logLevel: 'dbug' });
}

for (const transport of ['udp', 'udp6', 'tcp', 'tcp6', 'unix', 'cunix'] as const) {
  test(`OpenSIPS over ${transport}: absent, found, lost and found again`, WITH_OPENSIPS, async (t) => {
    const host = transport.endsWith('6') ? '::1' : HOST;
    const socket = transport.endsWith('unix')
      ? `${transport}:${join(temporaryDirectory(t), 'control.sock')}`
      : `${transport}:${host}:${await freeUdpPort(host)}`;
    // With cunix: OpenSIPS does not start unless it can connect.
    const early = transport === 'cunix' ? await startNode(t, socket) : undefined;
    const proxy = await startOpenSips(t, socket, { disableSeconds: 1 });
    const parties = await openParties(t, proxy);
    if (early === undefined) assert.equal(await relayed(parties, 'none'), false);
    const first = early ?? (await startNode(t, socket));
    let calls = 0;
    await until(() => relayed(parties, `found-${calls++}`), BACK_MS, 'a relayed call');
    await untilProbed(first, '0');

    const talk = await startTalk(parties, 'cut');
    await assertTalking(talk);
    await first.stop();
    await hangUp(talk.callerSide, talk.calleeSide);
    assert.equal(await relayed(parties, 'lost'), false);
    await startNode(t, socket);
    await until(() => relayed(parties, `again-${calls++}`), BACK_MS, 'a relayed call');
  });
}

test('two daemons under OpenSIPS: offers move to the one that is left, answers do not', WITH_OPENSIPS, async (t) => {
  const sockets = [`udp:${HOST}:${await freeUdpPort(HOST)}`, `udp:${HOST}:${await freeUdpPort(HOST)}`] as const;
  const nodes = [await startNode(t, sockets[0]), await startNode(t, sockets[1])] as const;
  const proxy = await startOpenSips(t, sockets.join(' '));
  const parties = await openParties(t, proxy);
  const offer = (callId: string) => `Uc0 ${callId} ${CALLER_HOST} ${parties.callerMedia.local.port} f;1`;
  const answer = (callId: string) => `Lc0 ${callId} ${CALLEE_HOST} ${parties.calleeMedia.local.port} f;1 t;1`;
  const whole = (callId: string) => [offer(callId), answer(callId), `D ${callId} f t`];

  // The sum of the bytes of the Call-ID decides.
  for (const [callId, node, other] of [
    ['even-1', nodes[0], nodes[1]],
    ['odd-1', nodes[1], nodes[0]],
  ] as const) {
    assert.equal(await relayed(parties, callId), true);
    await assertAsked(node, callId, whole(callId));
    await assertAsked(other, callId, []);
  }
  assert.equal(await manage(t, proxy, `rtpproxy_enable ${sockets[1]} 0`), '"OK"');
  assert.equal(await relayed(parties, 'odd-3'), true);
  await assertAsked(nodes[0], 'odd-3', whole('odd-3'));
  assert.equal(await manage(t, proxy, `rtpproxy_enable ${sockets[1]} 1`), '"OK"');

  const { calleeSide, exchange, request } = await invite(parties, 'even-3');
  await nodes[0].stop();
  request.reply(200, content(sdpOf(parties.calleeMedia)));
  await exchange.response(200);
  exchange.ack();
  await calleeSide.request('ACK');
  assert.equal(await relayed(parties, 'even-5'), true);
  await assertAsked(nodes[1], 'even-5', whole('even-5'));
});

for (const target of ['unix', 'tcp'] as const) {
  test(`a call without media ends: notifications over ${target} to OpenSIPS`, WITH_OPENSIPS, async (t) => {
    const notifySocket = target === 'tcp' ? `tcp:${HOST}:${await freeUdpPort(HOST)}` : undefined;
    const path = join(temporaryDirectory(t), 'notify');
    const notify = notifySocket ?? `unix:${path}`;
    const { relay, proxy } = await startOpenSipsRelay(t, ['-n', notify, '-T', '1', '-W', '1'], {
      notifySocket: notify,
    });
    const parties = await openParties(t, proxy);
    const talk = await startTalk(parties, 'silent', {
      offer: { 'X-Flags': 'con', 'X-Dialog': 'yes' },
      answer: { 'X-Flags': 'con' },
    });
    await untilProbed(relay.daemon, '1');
    for (const side of [talk.callerSide, talk.calleeSide]) (await side.request('BYE')).reply(200);
    const [offer] = askedOf(relay.daemon).filter(({ command }) => command.startsWith('U'));
    const { port } = parties.callerMedia.local;
    // OpenSIPS leaves out `unix:`.
    const named = notify.replace(/^unix:/, '');
    assert.match(offer?.command ?? '', new RegExp(`^Uc0 silent ${CALLER_HOST} ${port} f;1 ${named} T\\w+\\.\\w+$`));
    await untilLogged(relay.daemon, /setting timeout handler/);
  });
}
