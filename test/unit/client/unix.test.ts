import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtpproxyTimeoutError } from '../../../src/client/errors.ts';
import { fakeStreamServer, openClient } from './fake-servers.ts';

test('each command has a connection of its own, in the order of the calls', async (t) => {
  const received: string[] = [];
  const server = await fakeStreamServer(t, (text, socket) => {
    received.push(text);
    socket.end('1\n');
  });
  const client = openClient(t, `unix:${server.path}`);
  const dates = Array.from({ length: 60 }, (_, index) => `${20040107 + index}`);
  assert.deepEqual(
    await Promise.all(dates.map((date) => client.feature(date))),
    dates.map(() => true),
  );
  assert.deepEqual(
    received,
    dates.map((date) => `VF ${date}\n`),
  );
  assert.equal(server.connections.length, dates.length);
});

test('a reply may come in pieces', async (t) => {
  const server = await fakeStreamServer(t, (_text, socket) => {
    socket.write('2004');
    setTimeout(() => socket.end('0107\n'), 10);
  });
  const client = openClient(t, server.path);
  assert.equal(await client.version(), '20040107');
});

test('an end without a whole reply is a connection error, and silence a time-out; both let the next one pass', async (t) => {
  const server = await fakeStreamServer(t, (_text, socket, connection) => {
    if (connection === 1) socket.end('200');
    else if (connection === 2) socket.end();
    else if (connection === 4) socket.end('20040107\n');
  });
  const client = openClient(t, `unix:${server.path}`);
  const results = await Promise.allSettled([
    client.version(),
    client.version(),
    client.version({ timeoutMs: 60 }),
    client.version(),
  ]);
  const outcomes = results.map((result) => (result.status === 'rejected' ? result.reason : result.value));
  assert.deepEqual(
    outcomes.slice(0, 2).map((error) => [error.name, error.code]),
    [
      ['RtpproxyConnectionError', 'ECONNRESET'],
      ['RtpproxyConnectionError', 'ECONNRESET'],
    ],
  );
  assert.ok(outcomes[2] instanceof RtpproxyTimeoutError);
  assert.equal(outcomes[3], '20040107');
});

test('what is given up before its turn is never sent', async (t) => {
  const received: string[] = [];
  const server = await fakeStreamServer(t, (text, socket) => {
    received.push(text);
    setTimeout(() => socket.end('0\n'), 30);
  });
  const client = openClient(t, `unix:${server.path}`);
  const controller = new AbortController();
  const first = client.deleteAll();
  const second = client.raw('V', { signal: controller.signal });
  const third = client.stopPlay({ callId: 'c', fromTag: 'f' });
  controller.abort(new Error('enough'));
  await assert.rejects(second, /^Error: enough$/);
  await Promise.all([first, third]);
  assert.deepEqual(received, ['X\n', 'S c f\n']);
});

test('no daemon, and closing', async (t) => {
  const absent = openClient(t, 'unix:/nonexistent/socket');
  await assert.rejects(absent.version(), { name: 'RtpproxyConnectionError', code: 'ENOENT' });
  const server = await fakeStreamServer(t, () => undefined);
  const client = openClient(t, `unix:${server.path}`);
  const waiting = [client.version(), client.version()];
  client.close();
  for (const reply of waiting) await assert.rejects(reply, { code: 'ERR_RTPPROXY_CLOSED' });
});
