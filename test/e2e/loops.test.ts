import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../helpers/deadline.ts';
import { assertRelayed, counters, HOST, portIn, setUpCall, startRelay, untilLogged } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

for (const io of ['sockets', 'auto']) {
  test(`a call that comes through the daemon twice is relayed (--io=${io})`, async (t) => {
    const { control } = await startRelay(t, ['-l', HOST, `--io=${io}`]);
    const caller = await UdpPeer.open(t, HOST);
    const callee = await UdpPeer.open(t, HOST);
    const near = portIn(await control.command(`U near ${HOST} ${caller.local.port} f`));
    const far = await setUpCall(control, 'far', near, callee.local);
    const forCaller = portIn(await control.command(`L near ${HOST} ${far.forCaller.port} f t`));
    for (let seq = 0; seq < 30; seq++) {
      await assertRelayed(rtpPacket(seq), caller, forCaller, callee, far.forCallee);
    }
    assert.deepEqual(await counters(control, 'npkts_looped', 'npkts_relayed'), [0, 60]);
  });

  test(`packets between sessions that are each other's parties end, and so do the sessions (--io=${io})`, async (t) => {
    const { control, daemon } = await startRelay(t, ['-l', HOST, '-T', '2', `--io=${io}`], { logLevel: 'warn' });
    const phones = await Promise.all([0, 1, 2, 3].map(() => UdpPeer.open(t, HOST)));
    const [a, b, c, d] = phones.map(({ local }) => local);
    assert.ok(a && b && c && d);
    const one = await setUpCall(control, 'one', a, b);
    const two = await setUpCall(control, 'two', c, d);
    const talk = async (seq: number) => {
      const ways = [one.forCaller, one.forCallee, two.forCaller, two.forCallee];
      for (const [i, way] of ways.entries()) await phones[i]?.send(rtpPacket(seq, { ssrc: i + 1 }), way);
    };
    await talk(0);
    await control.command(`U one ${HOST} ${two.forCaller.port} from`);
    await control.command(`L one ${HOST} ${two.forCallee.port} from to`);
    await control.command(`U two ${HOST} ${one.forCaller.port} from`);
    await control.command(`L two ${HOST} ${one.forCallee.port} from to`);
    for (let seq = 1; seq < 10; seq++) await talk(seq);
    const sessionsEnd = async () => (await control.command('I')).includes('active sessions: 0\n');
    await until(sessionsEnd, 15_000, 'time-out of the sessions');
    const [looped = 0, received = 0] = await counters(control, 'npkts_looped', 'npkts_rcvd');
    assert.ok(received < 10_000, `${received} packets of 40`);
    if (looped > 0) await untilLogged(daemon, /packets from 127\.0\.0\.1:\d+ come again and again, SSRC=/);
  });
}
