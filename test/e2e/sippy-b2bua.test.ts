import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startProcess } from '../helpers/child-process.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';
import { until } from '../helpers/deadline.ts';
import type { SipPhone } from '../helpers/sip/phone.ts';
import { askedOf } from './support/command-trace.ts';
import { HOST } from './support/relay.ts';
import {
  assertTalking,
  CALLEE_HOST,
  CALLER_HOST,
  content,
  hangUp,
  mediaIn,
  openParties,
  type Parties,
  renegotiate,
  type SipTalk,
  sdpOf,
} from './support/sip-call.ts';
import { UdpPeer } from './support/udp-peer.ts';

const COMMAND = process.env.SIPPY_B2BUA?.split(' ') ?? [];
const WITH_SIPPY = { skip: COMMAND.length === 0 && 'SIPPY_B2BUA does not tell how to start Sippy B2BUA' };
const START_MS = 15_000;
const PROBES = [
  'V',
  ...['20071218', '20080403', '20081224', '20090810', '20150617', '20250523'].map((date) => `VF ${date}`),
];

/** The B2BUA between both phones: it sends all calls to the callee. */
async function startB2bua(
  t: TestContext,
  port: number,
  socket: string,
  notify: string,
  callee: SipPhone,
): Promise<void> {
  const directory = temporaryDirectory(t);
  const files = ['-P', join(directory, 'pid'), '-L', join(directory, 'log'), '-c', notify];
  const sip = ['-l', HOST, '-p', `${port}`, '-s', callee.authority];
  await startProcess(t, [...COMMAND, '-f', '-u', '-D', '-A', '0', ...sip, ...files, '-r', socket], {
    cwd: directory,
    env: { SIPLOG_BEND: 'file', SIPLOG_LOGFILE_FILE: join(directory, 'sip.log') },
  });
}

/** A call up to the ACK. The B2BUA makes two of it, with tags of its own. */
async function startCall(parties: Parties, port: number, callId: string): Promise<SipTalk> {
  const callerSide = parties.caller.call(`<sip:123@${HOST}:${port}>`, { callId, tag: 'f' });
  const exchange = callerSide.send('INVITE', content(sdpOf(parties.callerMedia)));
  const calleeSide = await parties.callee.incoming();
  const request = await calleeSide.request('INVITE');
  request.reply(200, content(sdpOf(parties.calleeMedia)));
  const forCaller = mediaIn((await exchange.response(200)).body);
  exchange.ack();
  await calleeSide.request('ACK');
  return { ...parties, callerSide, calleeSide, forCaller, forCallee: mediaIn(request.message.body) };
}

for (const transport of ['udp', 'unix', 'cunix', 'tcp'] as const) {
  test(`calls through Sippy B2BUA, which asks over ${transport}`, WITH_SIPPY, async (t) => {
    const directory = temporaryDirectory(t);
    const place = transport.endsWith('unix') ? join(directory, 'control') : `${HOST}:${await freeUdpPort(HOST)}`;
    const notify = join(directory, 'notify');
    const args = ['-s', `${transport}:${place}`, '-l', HOST, '-n', `unix:${notify}`, '-T', '2', '-W', '2'];
    const daemon = await startDaemon(t, args, { logLevel: 'dbug' });
    const commands = () => askedOf(daemon).map(({ command }) => command);

    const port = await freeUdpPort(HOST);
    const parties = await openParties(t, { host: HOST, port });
    await startB2bua(t, port, `${transport}:${place}`, notify, parties.callee);
    await until(() => commands().includes('Ib'), START_MS, 'first heartbeat');
    const replies = ['20040107', '1', '1', '1', '1', '1', '1'];
    assert.deepEqual(
      askedOf(daemon).slice(0, 7),
      PROBES.map((command, i) => ({ command, reply: replies[i] })),
    );

    const talk = await startCall(parties, port, 'talk');
    await assertTalking(talk);
    const callerMedia = await UdpPeer.open(t, CALLER_HOST);
    const again = await renegotiate(
      talk.callerSide,
      talk.calleeSide,
      content(sdpOf(callerMedia, {}, 2)),
      content(sdpOf(parties.calleeMedia)),
    );
    assert.deepEqual([mediaIn(again.offer), mediaIn(again.answer)], [talk.forCallee, talk.forCaller]);
    await assertTalking({ ...talk, callerMedia });
    await hangUp(talk.callerSide, talk.calleeSide);
    const tag = '[0-9a-f]{32}';
    const caller = (media: UdpPeer) => `UR${CALLEE_HOST} talk-0 ${CALLER_HOST} ${media.local.port} ${tag}`;
    const callee = `UR${CALLER_HOST} talk-0 ${CALLEE_HOST} ${parties.calleeMedia.local.port} ${tag} ${tag} ${notify} r%201`;
    const wanted = [
      `${caller(parties.callerMedia)} ${notify} r%201`,
      callee,
      `${caller(callerMedia)} ${tag} ${notify} r%201`,
      callee,
      `D talk-0 ${tag} ${tag}`,
    ];
    const ofCall = () => commands().filter((command) => command.includes(' talk-0 '));
    await until(() => ofCall().length >= wanted.length, START_MS, 'commands of the call');
    assert.match(ofCall().join('\n'), new RegExp(`^${wanted.join('\n')}$`));

    // Nobody speaks: the daemon tells, and the B2BUA hangs up on both sides.
    const silent = await startCall(parties, port, 'silent');
    for (const side of [silent.callerSide, silent.calleeSide]) (await side.request('BYE')).reply(200);
  });
}
