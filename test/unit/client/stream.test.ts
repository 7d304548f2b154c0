import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { RtpproxyConnectionError, RtpproxyTimeoutError } from '../../../src/client/errors.ts';
import { fakeStreamServer, openClient } from './fake-servers.ts';

const INFO =
  'sessions created: 1\nactive sessions: 0\nactive streams: 0\npackets received: 2\npackets transmitted: 3\n';

test('commands share a connection and need not wait for each other', async (t) => {
  let received = '';
  const server = await fakeStreamServer(t, (text, socket) => {
    received += text;
    if (received.split('\n').length === 4) socket.write('20040107\n1\n0\n');
  });
  const client = openClient(t, `cunix:${server.path}`);
  const replies = await Promise.all([client.version(), client.feature('20081102'), client.deleteAll()]);
  assert.deepEqual(replies, ['20040107', true, undefined]);
  assert.equal(received, 'V\nVF 20081102\nX\n');
  assert.equal(server.connections.length, 1);
});

test('replies may come in pieces of one byte, and those of I have several lines', async (t) => {
  const replies = `20040107\n${INFO}E18\n${INFO}average load: 0.500000\n\n${INFO}`;
  let received = '';
  const server = await fakeStreamServer(t, (text, socket) => {
    received += text;
    if (received.split('\n').length < 7) return;
    socket.setNoDelay();
    let next = 0;
    const writeOne = (): void => {
      socket.write(replies.charAt(next++));
      if (next < replies.length) setImmediate(writeOne);
    };
    writeOne();
  });
  const client = openClient(t, `cunix:${server.path}`);
  const got = await Promise.all([
    client.version(),
    client.info(),
    client.raw('Ix'),
    client.info({ load: true }),
    client.stats([]),
    client.raw(' ib'),
  ]);
  assert.equal(got[0], '20040107');
  assert.deepEqual([got[1].packetsTransmitted, got[1].averageLoad], [3, undefined]);
  assert.equal(got[2], 'E18');
  assert.equal(got[3].averageLoad, 0.5);
  assert.deepEqual(got[4], {});
  assert.equal(got[5], INFO.slice(0, -1));
});

test('a connection that ends in the middle of a reply fails what waits; the next command connects again', async (t) => {
  const server = await fakeStreamServer(t, (_text, socket, connection) => {
    if (connection === 1) socket.end('20040107\n200');
    else socket.write('20040107\n');
  });
  const client = openClient(t, `cunix:${server.path}`);
  const [first, second, third] = await Promise.allSettled([client.version(), client.version(), client.version()]);
  assert.equal(first.status, 'fulfilled');
  for (const result of [second, third]) {
    assert.ok(result.status === 'rejected' && result.reason instanceof RtpproxyConnectionError);
    assert.equal(result.reason.code, 'ECONNRESET');
  }
  assert.equal(await client.version(), '20040107');
  assert.equal(server.connections.length, 2);
});

test('a connection that ended while idle is replaced', async (t) => {
  const server = await fakeStreamServer(t, (_text, socket) => socket.write('20040107\n'));
  const client = openClient(t, `cunix:${server.path}`);
  for (let round = 1; round <= 3; round++) {
    assert.equal(await client.version(), '20040107');
    assert.equal(server.connections.length, round);
    const socket = server.connections.at(-1);
    assert.ok(socket !== undefined);
    socket.end();
    await once(socket, 'close');
  }
});

test('after a time-out another connection is used, and late replies reach nobody else', async (t) => {
  const server = await fakeStreamServer(t, (text, socket, connection) => {
    if (connection > 1) socket.write('20040107\n');
    else if (text.includes('X')) setTimeout(() => socket.write('E50\n0\n'), 100);
  });
  const client = openClient(t, `cunix:${server.path}`);
  const late = client.raw('VF 1', { timeoutMs: 30 });
  const patient = client.raw('X');
  await assert.rejects(late, RtpproxyTimeoutError);
  assert.equal(await client.version(), '20040107');
  assert.equal(await patient, '0');
  assert.equal(server.connections.length, 2);
});

test('an aborted command keeps its place in the order of replies', async (t) => {
  const server = await fakeStreamServer(t, (text, socket) => {
    if (text.includes('X')) setTimeout(() => socket.write('1\n0\n'), 30);
  });
  const client = openClient(t, `cunix:${server.path}`);
  const controller = new AbortController();
  const given = client.raw('VF 20081102', { signal: controller.signal });
  const kept = client.raw('X');
  controller.abort(new Error('enough'));
  await assert.rejects(given, /^Error: enough$/);
  assert.equal(await kept, '0');
});

test('a server that says more than it was asked, or never ends a line, is left', async (t) => {
  const server = await fakeStreamServer(t, (_text, socket, connection) => {
    socket.write(connection === 1 ? '20040107\nhello' : 'x'.repeat(70_000));
  });
  const client = openClient(t, `cunix:${server.path}`);
  assert.equal(await client.version(), '20040107');
  const [first] = server.connections;
  assert.ok(first !== undefined);
  await once(first, 'close');
  await assert.rejects(client.version(), { name: 'RtpproxyConnectionError', message: /not the protocol/ });
});

test('no daemon, or closed: connection errors with the code', async (t) => {
  const client = openClient(t, 'cunix:/nonexistent/socket');
  await assert.rejects(client.version(), { name: 'RtpproxyConnectionError', code: 'ENOENT' });
  const tcp = openClient(t, 'tcp:127.0.0.1:1');
  await assert.rejects(tcp.version(), { name: 'RtpproxyConnectionError', code: 'ECONNREFUSED' });
  const server = await fakeStreamServer(t, () => undefined);
  const open = openClient(t, `cunix:${server.path}`);
  const waiting = open.version();
  open.close();
  await assert.rejects(waiting, { code: 'ERR_RTPPROXY_CLOSED' });
});
