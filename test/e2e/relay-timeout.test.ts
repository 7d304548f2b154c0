import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { atEnd } from '../helpers/cleanup.ts';
import type { ControlClient } from '../helpers/control-client.ts';
import { freeUdpPort } from '../helpers/daemon.ts';
import { until } from '../helpers/deadline.ts';
import { assertRelayed, counters, HOST, portIn, setUpCall, startRelay, untilLogged } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

// A session without media ends between TTL and TTL + 1 seconds after the last packet (media.md 4). The tests allow a busy
// machine one more.

const TTL_MS = 1000;
const LATEST_MS = TTL_MS + 2000;

/** Waits for the end of all sessions; returns the milliseconds since `start`. */
async function endAfter(start: number, control: ControlClient): Promise<number> {
  await until(async () => /^active sessions: 0$/m.test(await control.command('I')), LATEST_MS, 'end of the session');
  return performance.now() - start;
}

describe('sessions end by themselves', { concurrency: true }, () => {
  test('-T 1 ends a session that nobody sends to', async (t) => {
    const { control, daemon } = await startRelay(t, ['-l', HOST, '-T', '1'], { logLevel: 'info' });
    const start = performance.now();
    const forCallee = portIn(await control.command(`U c ${HOST} 4000 from`));
    const info =
      'sessions created: 1\nactive sessions: 1\nactive streams: 2\npackets received: 0\npackets transmitted: 0\n';
    assert.equal(await control.command('I'), info);
    const elapsed = await endAfter(start, control);
    assert.ok(elapsed >= TTL_MS, `not after ${elapsed} ms`);
    assert.equal(await control.command('I'), info.replace(/active (\w+): \d/g, 'active $1: 0'));
    const names = ['nsess_created', 'nsess_destroyed', 'nsess_timeout', 'nsess_complete'];
    assert.deepEqual(await counters(control, ...names), [1, 1, 1, 0]);
    assert.equal(await control.command('Q c from to'), 'E50\n');
    await untilLogged(daemon, /^INFO:c:[^:]+:\d+: session timeout$/m);
    await UdpPeer.open(t, HOST, forCallee.port);
  });

  test('packets keep a session alive, strangers do not', async (t) => {
    const { control } = await startRelay(t, ['-l', HOST, '-T', '1']);
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const stranger = await UdpPeer.open(t, '127.0.0.9');
    const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
    for (let seq = 1; seq <= 10; seq++) {
      await assertRelayed(rtpPacket(seq), caller, forCaller, callee, forCallee);
      await delay(300);
    }
    assert.match(await control.command('Q c from to'), /^[01] 10 0 10 0\n$/);
    const strange = setInterval(() => {
      void stranger.send(rtpPacket(1, { ssrc: 9 }), forCaller);
    }, 200);
    atEnd(t, () => clearInterval(strange));
    await endAfter(performance.now(), control);
    assert.deepEqual(await counters(control, 'nsess_timeout', 'nsess_owrtp', 'nsess_nortcp'), [1, 1, 1]);
  });

  test('an endless prompt keeps a session going for --play-ttl without a packet from either party', async (t) => {
    const { control, daemon } = await startRelay(t, ['-l', HOST, '-T', '1', '--play-ttl=1']);
    writeFileSync(join(daemon.directory, 'moh.0'), Buffer.alloc(800));
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const quiet = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)] as const;
    const { forCallee } = await setUpCall(control, 'heard', caller.local, callee.local);
    await setUpCall(control, 'quiet', quiet[0].local, quiet[1].local);
    for (const call of ['heard', 'quiet']) assert.equal(await control.command(`P-1 ${call} moh 0 from`), '0\n');
    // The callee's packets do not get through to who hears the prompt, but they show that the call goes on.
    const talk = setInterval(() => {
      void callee.send(rtpPacket(1), forCallee);
    }, 200);
    atEnd(t, () => clearInterval(talk));
    await until(
      async () => (await control.command('Q quiet from to')) === 'E50\n',
      TTL_MS + LATEST_MS,
      'end of the quiet call',
    );
    assert.deepEqual(await counters(control, 'nsess_timeout', 'nplrs_destroyed'), [1, 1]);
    assert.match(await control.command('Q heard from to'), /^[01] /);
    clearInterval(talk);
    await until(
      async () => (await control.command('Q heard from to')) === 'E50\n',
      TTL_MS + LATEST_MS,
      'end of the other one',
    );
  });

  test('-i ends a session when one direction is silent', async (t) => {
    const { control } = await startRelay(t, ['-l', HOST, '-T', '1', '-i']);
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const start = performance.now();
    const { forCaller } = await setUpCall(control, 'c', caller.local, callee.local);
    let seq = 0;
    const talk = setInterval(() => {
      void caller.send(rtpPacket(seq++), forCaller);
    }, 100);
    atEnd(t, () => clearInterval(talk));
    const elapsed = await endAfter(start, control);
    assert.ok(elapsed >= TTL_MS, `not after ${elapsed} ms`);
    assert.deepEqual(await counters(control, 'nsess_timeout', 'nsess_owrtp'), [1, 1]);
  });

  test('-W counts until the call is answered, -T after that', async (t) => {
    const { control } = await startRelay(t, ['-l', HOST, '-T', '30', '-W', '1']);
    const start = performance.now();
    await control.command(`U waiting ${HOST} 4000 from`);
    await control.command(`U answered ${HOST} 4000 from`);
    await control.command(`L answered ${HOST} 4002 from to`);
    await until(async () => (await control.command('Q waiting from to')) === 'E50\n', LATEST_MS, 'end of the session');
    assert.ok(performance.now() - start >= TTL_MS);
    assert.match(await control.command('Q answered from to'), /^2\d 0 0 0 0\n$/);
  });
});

test('the ports of ended sessions can be used again at once', async (t) => {
  // An address that nobody else uses, and room for one call.
  const host = '127.0.0.77';
  const port = 2 * Math.floor((await freeUdpPort(host)) / 2);
  const { control } = await startRelay(t, ['-l', host, '-m', `${port}`, '-M', `${port + 3}`]);
  for (let i = 0; i < 50; i++) {
    await setUpCall(control, `c${i}`, { host: HOST, port: 4000 }, { host: HOST, port: 4002 });
    assert.equal(await control.command(`U another ${HOST} 4000 from`), 'E72\n');
    assert.equal(await control.command(`D c${i} from to`), '0\n');
  }
});
