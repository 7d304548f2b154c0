import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../helpers/deadline.ts';
import { STREAM_KINDS, startOpenRelay } from './support/control-sockets.ts';
import { openFiles } from './support/descriptors.ts';
import { Random, randomCommand } from './support/random-input.ts';
import { HOST } from './support/relay.ts';
import { StreamClient } from './support/stream-client.ts';
import { UdpPeer } from './support/udp-peer.ts';

const DATAGRAMS = 2000;
const AT_ONCE = 20;
const WRITES = 500;

/** A failure can be repeated with the seed that it prints. */
const SEED = Number(process.env.TEST_SEED ?? 20040107);

test(`random datagrams are answered one by one (TEST_SEED=${SEED})`, async (t) => {
  const { control, controlAt, daemon } = await startOpenRelay(t);
  const client = await UdpPeer.open(t, HOST);
  const random = new Random(SEED);
  await control.command('I');
  const before = openFiles(daemon.pid);
  for (let count = 0; count < DATAGRAMS; count += AT_ONCE) {
    for (let i = 0; i < AT_ONCE; i++) {
      const cookie = random.below(5) === 0 ? '' : `${count + i} `;
      await client.send(cookie + randomCommand(random), controlAt);
    }
    for (let i = 0; i < AT_ONCE; i++) {
      const reply = (await client.next()).data;
      assert.ok(reply.length <= 1023 && reply.at(-1) === 0x0a, reply.toString('latin1'));
    }
  }
  assert.equal(await control.command('X'), '0\n');
  assert.equal(await control.command('V'), '20040107\n');
  await until(() => openFiles(daemon.pid).length <= before.length, 2000, 'end of the sessions');
  assert.deepEqual(openFiles(daemon.pid), before);
  assert.doesNotMatch(daemon.stderr(), /CRIT/);
});

test(`random bytes on the stream sockets harm nobody else (TEST_SEED=${SEED})`, async (t) => {
  const { control, streams, daemon } = await startOpenRelay(t);
  const random = new Random(SEED);
  await control.command('I');
  const before = openFiles(daemon.pid);
  const steady = await StreamClient.connect(t, streams.cunix);
  let versions = '';
  for (let writes = 0; writes < WRITES; ) {
    const kind = STREAM_KINDS[random.below(STREAM_KINDS.length)] ?? 'tcp';
    const client = await StreamClient.connect(t, streams[kind]);
    for (let left = 1 + random.below(8); left > 0 && writes < WRITES; left--, writes++) {
      client.send(randomCommand(random) + random.pick(['', '\n', '\n', '\r\n', '\0', '\n\n']));
      if (random.below(3) === 0) await new Promise(setImmediate);
    }
    if (random.below(2) === 0) client.socket.destroy();
    else {
      client.halfClose(random.pick(['', 'V\n']));
      await client.ended();
      client.socket.destroy();
    }
    steady.send('V\n');
    versions += '20040107\n';
    assert.equal(await steady.reply(versions.length), versions);
  }
  steady.socket.destroy();
  assert.equal(await control.command('X'), '0\n');
  await until(() => openFiles(daemon.pid).length <= before.length, 2000, 'end of the connections');
  assert.deepEqual(openFiles(daemon.pid), before);
  assert.doesNotMatch(daemon.stderr(), /CRIT/);
});
