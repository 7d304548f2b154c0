import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FEATURES, QUERY_NAMES, RtpproxyClient, STATS_NAMES } from '../../src/index.ts';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { type Daemon, startDaemon } from '../helpers/daemon.ts';
import { freeTcpPort } from '../helpers/tcp-port.ts';
import { freeUdpPort } from '../helpers/udp-port.ts';

const HOST = '127.0.0.1';
const CALL = { callId: 'call', fromTag: 'from' };
const BOTH = { ...CALL, toTag: 'to' };
const CALLER = { host: HOST, port: 4000 };
const CALLEE = { host: HOST, port: 4002 };

/** A daemon with all kinds of control sockets. */
async function start(t: TestContext): Promise<{ readonly daemon: Daemon; readonly targets: Record<string, string> }> {
  const directory = temporaryDirectory(t);
  const targets = {
    udp: `udp:${HOST}:${await freeUdpPort(HOST)}`,
    udp6: `udp6:::1:${await freeUdpPort('::1')}`,
    tcp: `tcp:${HOST}:${await freeTcpPort(HOST)}`,
    tcp6: `tcp6:::1:${await freeTcpPort('::1')}`,
    unix: `unix:${join(directory, 'unix')}`,
    cunix: `cunix:${join(directory, 'cunix')}`,
  };
  const sockets = Object.values(targets).flatMap((target) => ['-s', target]);
  const args = ['-l', HOST, '-6', 'six@::1', '-r', '.', '-n', `unix:${join(directory, 'notify')}`];
  return { daemon: await startDaemon(t, [...sockets, ...args]), targets };
}

function open(t: TestContext, target: string): RtpproxyClient {
  const client = new RtpproxyClient(target);
  atEnd(t, () => client.close());
  return client;
}

/** All of them are more than one command takes. */
function portions<Name>(names: readonly Name[]): Name[][] {
  return Array.from({ length: Math.ceil(names.length / 7) }, (_, index) => names.slice(7 * index, 7 * index + 7));
}

for (const kind of ['udp', 'udp6', 'tcp', 'tcp6', 'unix', 'cunix']) {
  test(`every method over ${kind}`, async (t) => {
    const { daemon, targets } = await start(t);
    const client = open(t, targets[kind] ?? '');

    assert.equal(await client.version(), '20040107');
    for (const { date } of FEATURES) assert.equal(await client.feature(date), true, date);
    assert.equal(await client.feature('19990101'), false);

    assert.equal(await client.lookup({ ...BOTH, ...CALLEE }), undefined);
    const offer = await client.update({ ...CALL, ...CALLER, codecs: [0, 8], ptime: 20, asymmetric: false });
    assert.deepEqual([offer.address, offer.family, offer.results], [HOST, 4, []]);
    const answer = await client.lookup({ ...BOTH, ...CALLEE });
    assert.ok(answer !== undefined && answer.port !== offer.port);
    assert.deepEqual(await client.update({ ...BOTH, ...CALLER }), offer);
    const moved = await client.update({ ...BOTH, ...CALLER, newPort: true, codecs: [0] });
    assert.notEqual(moved.port, offer.port);

    writeFileSync(join(daemon.directory, 'ann.0'), Buffer.alloc(8000));
    await client.play({ ...BOTH, prompt: 'ann', codecs: 'session', count: 'endless' });
    await client.play({ ...BOTH, prompt: 'ann', codecs: [8, 0], count: 0 });
    await client.stopPlay(BOTH);
    await assert.rejects(client.play({ ...BOTH, prompt: 'ann', codecs: [3] }), { code: 60, reason: 'noPrompt' });
    const callee = { ...CALL, fromTag: 'to', toTag: 'from' };
    await assert.rejects(client.play({ ...callee, prompt: 'ann', codecs: 'session' }), { reason: 'noSessionCodecs' });

    await client.record(BOTH);
    assert.ok(existsSync(join(daemon.directory, 'call=from.o.rtp')));
    await client.stopRecord(BOTH);
    await assert.rejects(client.stopRecord({ ...BOTH, bothLegs: true }), { code: 50, reason: 'sessionNotFound' });
    await client.copy({ ...BOTH, target: { file: 'named' } });
    assert.ok(existsSync(join(daemon.directory, 'named.rtp')));
    await client.stopRecord({ ...BOTH, bothLegs: true });
    const target = { host: HOST, port: 4010 };
    const source = await client.copy({ ...BOTH, target, reportPort: true });
    assert.equal(source.address, HOST);
    assert.equal(await client.copy({ ...callee, target }), undefined);

    const { values } = await client.query(BOTH);
    assert.deepEqual(Object.keys(values), ['ttl', 'npkts_ina', 'npkts_ino', 'nrelayed', 'ndropped']);
    assert.ok(values.ttl > 50);
    for (const names of portions(QUERY_NAMES)) {
      assert.deepEqual(Object.keys((await client.query(BOTH, names)).values), names);
    }
    for (const names of portions(STATS_NAMES)) {
      assert.deepEqual(Object.keys(await client.stats(names)), names);
    }
    assert.deepEqual(await client.stats(['nsess_created', 'nplrs_created']), { nsess_created: 1, nplrs_created: 1 });
    const info = { sessionsCreated: 1, activeSessions: 1, activeStreams: 2 };
    const { packetsReceived, packetsTransmitted, averageLoad, ...sessions } = await client.info();
    assert.deepEqual([sessions, averageLoad], [info, undefined]);
    assert.ok(packetsReceived >= 0 && packetsTransmitted >= 0);
    assert.equal((await client.info({ load: true })).averageLoad, 0);

    assert.equal(await client.raw('D nobody x'), 'E50');
    assert.equal(await client.raw('?'), 'E0');
    assert.equal(await client.raw(''), 'E5');
    await client.delete(BOTH);
    await assert.rejects(client.delete(BOTH), { name: 'RtpproxyError', code: 50, reason: 'sessionNotFound' });
    await client.update({ ...CALL, ...CALLER, weak: true });
    await client.deleteAll();
    assert.equal((await client.info()).activeSessions, 0);
  });

  test(`many commands at once over ${kind}`, async (t) => {
    const { targets } = await start(t);
    const client = open(t, targets[kind] ?? '');
    const callIds = Array.from({ length: 40 }, (_, index) => `call-${index}`);
    const legs = await Promise.all(callIds.map((callId) => client.update({ ...CALL, ...CALLER, callId })));
    assert.equal(new Set(legs.map(({ port }) => port)).size, callIds.length);
    const replies = await Promise.all(callIds.flatMap((callId) => [client.query({ ...CALL, callId }), client.info()]));
    assert.equal(replies.length, 80);
    await Promise.all(callIds.map((callId) => client.delete({ ...CALL, callId })));
    assert.deepEqual(await client.stats(['nsess_created', 'nsess_destroyed']), {
      nsess_created: 40,
      nsess_destroyed: 40,
    });
  });
}

test('sub-commands: both legs, timers and forks in one command', async (t) => {
  const { targets } = await start(t);
  const client = open(t, targets.udp ?? '');
  const pair = await client.update({
    ...{ ...BOTH, ...CALLER },
    sub: [
      { kind: 'ttl', seconds: 40 },
      { kind: 'lookup', ...CALLEE, codecs: [8] },
      { kind: 'tos', value: 184, reverse: true },
    ],
  });
  const [ttl, leg, tos] = pair.results;
  assert.deepEqual([ttl, tos], [{ kind: 'done' }, { kind: 'done' }]);
  assert.ok(leg?.kind === 'leg' && leg.port !== pair.port);
  assert.deepEqual({ ...leg, kind: undefined }, { port: leg.port, address: HOST, family: 4, kind: undefined });
  const fork = await client.update({
    ...{ ...BOTH, ...CALLER, callId: 'fork' },
    sub: [{ kind: 'copy', ...BOTH }, { kind: 'delete' }, { kind: 'delete' }, { kind: 'delete' }],
  });
  assert.deepEqual(
    fork.results.map(({ kind }) => kind),
    ['done', 'done', 'failed', 'skipped'],
  );
  const { values, results } = await client.query({ ...BOTH, sub: [{ kind: 'delete', weak: true }] }, ['ttl']);
  assert.ok(values.ttl <= 40);
  assert.deepEqual(results, [{ kind: 'done' }]);
  const module = { kind: 'module', module: 3, instance: 1, arguments: ['tag'] } as const;
  await assert.rejects(client.update({ ...CALL, ...CALLER, sub: [module] }), { code: 3, reason: 'badSubCommand' });
});

test('addresses: IPv6, local ones, and the any-address', async (t) => {
  const { targets } = await start(t);
  const client = open(t, targets.cunix ?? '');
  const six = await client.update({ ...CALL, host: '::1', port: 4000 });
  assert.deepEqual([six.address, six.family], ['::1', 6]);
  const any = await client.update({ ...CALL, ...CALLER, callId: 'any', local: { address: '0.0.0.0' } });
  assert.deepEqual([any.address, any.family], [undefined, undefined]);
  const routed = await client.update({ ...CALL, ...CALLER, callId: 'routed', local: { routeTo: HOST } });
  assert.equal(routed.address, HOST);
  const labelled = client.update({ ...CALL, ...CALLER, callId: 'label', local: { label: 'none' } });
  await assert.rejects(labelled, { code: 31, reason: 'unusableLocalAddress' });
});

test('a lasting connection survives a restart of the daemon', async (t) => {
  const target = `cunix:${join(temporaryDirectory(t), 'cunix')}`;
  const client = open(t, target);
  for (let round = 0; round < 2; round++) {
    const daemon = await startDaemon(t, ['-s', target, '-l', HOST]);
    assert.equal(await client.version(), '20040107');
    await daemon.stop();
    await assert.rejects(client.version(), { name: 'RtpproxyConnectionError' });
  }
});

test('a notification carries the tag of update', async (t) => {
  const path = join(temporaryDirectory(t), 'notify');
  const server = createServer();
  const line = new Promise<string>((resolve) => {
    server.on('connection', (socket) => socket.setEncoding('latin1').once('data', resolve));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const control = `udp:${HOST}:${await freeUdpPort(HOST)}`;
  await startDaemon(t, ['-s', control, '-l', HOST, '-T', '1', '-n', `unix:${path}`]);
  atEnd(t, () => {
    server.close();
  });
  const notify = { socket: `unix:${path}`, tag: 'tag +%é\x01' };
  await open(t, control).update({ ...CALL, ...CALLER, notify });
  assert.equal(await line, `${notify.tag}\n`);
});
