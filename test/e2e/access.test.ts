import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { counters, HOST, portIn, setUpCall, startRelay, untilLogged } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

// A party of a call must not reach the daemon by way of the call, whatever address it names.

const REFUSED = /is refused \(E37\): the address of a party is a control socket of this daemon/g;

function lines(log: string, pattern: RegExp): number {
  return [...log.matchAll(pattern)].length;
}

test('a control socket of the daemon is refused as the address of a party', async (t) => {
  const { control, controlAt, daemon } = await startRelay(t, ['-l', HOST], { logLevel: 'warn' });
  const { port } = controlAt;
  await control.command('U victim 127.0.0.1 5000 f');
  const names = ['127.0.0.1', '0177.0.0.1', '2130706433', '0x7f000001'];
  for (const name of names) assert.equal(await control.command(`U evil ${name} ${port} f`), 'E37\n', name);
  assert.equal(await control.command(`L victim 127.0.0.1 ${port} f t`), 'E37\n');
  assert.equal(await control.command(`U evil 127.0.0.1 4000 f t && L 127.0.0.1 ${port}`), 'E37\n');
  // RTCP would go to the port behind.
  assert.equal(await control.command(`U evil 127.0.0.1 ${port - 1} f`), 'E37\n');
  assert.equal(await control.command(`C victim udp:127.0.0.1:${port} f`), 'E65\n');
  assert.match(await control.command('I'), /active sessions: 1\n/);
  await until(() => lines(daemon.stderr(), REFUSED) === names.length + 3, 2000, 'a line for each command');
});

test('a control socket of the any-address is refused at every address of the host', async (t) => {
  const { control, controlAt } = await startRelay(t, ['-l', HOST, '-s', 'udp:*:0']);
  assert.equal(await control.command(`U evil 127.0.0.1 ${controlAt.port} f`), 'E37\n');
  assert.match(await control.command(`U good 127.0.0.2 ${controlAt.port} f`), /^\d+ /);
});

for (const io of ['sockets', 'auto']) {
  test(`the ports of a call are no destination of its own (--io=${io})`, async (t) => {
    const { control, daemon } = await startRelay(t, ['-l', HOST, `--io=${io}`], { logLevel: 'warn' });
    const caller = await UdpPeer.open(t, HOST);
    const callee = await UdpPeer.open(t, HOST);
    const forCallee = portIn(await control.command(`U evil ${HOST} ${caller.local.port} f`));
    const forCaller = portIn(await control.command(`L evil ${HOST} ${callee.local.port} f t`));
    // Re-INVITEs: each party says that it is where the other one sends to.
    assert.match(await control.command(`U evil ${HOST} ${forCallee.port} f t`), /^\d+ /);
    assert.match(await control.command(`L evil ${HOST} ${forCaller.port} f t`), /^\d+ /);
    for (let seq = 0; seq < 10; seq++) {
      await callee.send(rtpPacket(seq), forCallee);
    }
    await until(async () => (await counters(control, 'npkts_denied'))[0] === 10, 2000, 'all packets counted');
    assert.deepEqual(await counters(control, 'npkts_rcvd', 'npkts_relayed'), [10, 0]);
    const line = /caller's RTP stream: nothing is sent to \S+: that is a port of the session itself/g;
    assert.equal(lines(daemon.stderr(), line), 1);
  });
}

for (const io of ['sockets', 'auto']) {
  test(`lists of addresses say who may be a party, and may change (--io=${io})`, async (t) => {
    const file = `${temporaryDirectory(t)}/rtpproxy.conf`;
    writeFileSync(file, 'peer_deny = "127.0.0.0/8"\npeer_allow = "127.0.0.2"\n');
    const { control, daemon } = await startRelay(t, ['-l', HOST, `--io=${io}`, `--config=${file}`], {
      logLevel: 'warn',
    });
    const caller = await UdpPeer.open(t, '127.0.0.2');
    const callee = await UdpPeer.open(t, HOST);
    const call = await setUpCall(control, 'c', caller.local, callee.local);
    await caller.send(rtpPacket(1), call.forCaller);
    await callee.send(rtpPacket(1), call.forCallee);
    const denied = async () => (await counters(control, 'npkts_denied'))[0] ?? 0;
    await until(async () => (await denied()) === 2, 2000, 'both packets denied');
    await untilLogged(
      daemon,
      /RTP stream: nothing is (sent to|taken from) 127\.0\.0\.1:\d+: the configuration denies it/,
    );
    writeFileSync(file, 'peer_deny = []\n');
    process.kill(daemon.pid, 'SIGURG');
    const relayed = async () => {
      await callee.send(rtpPacket(2), call.forCallee);
      return ((await counters(control, 'npkts_relayed'))[0] ?? 0) > 0;
    };
    await until(relayed, 4000, 'relaying after the change');
  });
}

test('a control socket with a list takes commands of nobody else', async (t) => {
  const { daemon, controlAt } = await startRelay(
    t,
    ['-l', HOST, '--control-allow', '127.0.0.1,10.0.0.0/8', '-s', 'tcp:*:0'],
    { logLevel: 'warn' },
  );
  const other = await UdpPeer.open(t, '127.0.0.2');
  const friend = await UdpPeer.open(t, HOST);
  await other.send('c1 X', controlAt);
  assert.equal(await friend.ask('c2 V', controlAt), 'c2 20040107\n');
  await untilLogged(daemon, /datagrams of 127\.0\.0\.2 are no commands, 1 of all dropped so far; see --control-allow/);
  assert.doesNotMatch(daemon.stderr(), /whoever reaches this control socket/);
});

test('a control socket that the network reaches is told at the start', async (t) => {
  const { daemon } = await startRelay(t, ['-l', HOST, '-s', 'udp:*:0'], { logLevel: 'warn' });
  const line = /udp:\*:0: whoever reaches this control socket controls the daemon; limit it with --control-allow/;
  await untilLogged(daemon, line);
});
