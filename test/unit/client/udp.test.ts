import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtpproxyConnectionError, RtpproxyTimeoutError } from '../../../src/client/errors.ts';
import { freeUdpPort } from '../../helpers/udp-port.ts';
import { fakeUdpServer, openClient } from './fake-servers.ts';

test('a lost datagram is sent again with the same cookie, later and later', async (t) => {
  const times: number[] = [];
  const server = await fakeUdpServer(t, (cookie, _command, send) => {
    times.push(performance.now());
    if (times.length === 4) send(`${cookie} 20040107\n`);
  });
  const client = openClient(t, `udp:127.0.0.1:${server.port}`, { retransmitMs: 30 });
  assert.equal(await client.version(), '20040107');
  assert.equal(new Set(server.received).size, 1);
  assert.match(server.received[0] ?? '', /^\S+ V$/);
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  for (const [index, pause] of pauses.entries()) assert.ok(pause > 30 * 2 ** index - 15, `pause ${index}: ${pause} ms`);
});

test('nothing is sent again after the reply, and each command has its own cookie', async (t) => {
  const server = await fakeUdpServer(t, (cookie, _command, send) => send(`${cookie} 0\n`));
  const client = openClient(t, `udp:127.0.0.1:${server.port}`, { retransmitMs: 20 });
  const other = openClient(t, `udp:127.0.0.1:${server.port}`);
  for (let count = 0; count < 3; count++) await client.deleteAll();
  await other.deleteAll();
  await assert.rejects(client.raw('X', { timeoutMs: 100, signal: AbortSignal.abort(new Error('no')) }), /^Error: no$/);
  await new Promise((resolve) => setTimeout(resolve, 70));
  assert.equal(server.received.length, 4);
  assert.equal(new Set(server.received.map((text) => text.split(' ')[0])).size, 4);
});

test('replies with another cookie, without one and for commands of the past are ignored', async (t) => {
  let past = '';
  const server = await fakeUdpServer(t, (cookie, command, send) => {
    for (const stray of ['E5\n', ' E5\n', '', 'other 1\n', `${cookie}x E1\n`, `${cookie}`, past]) send(stray);
    send(`${cookie} ${command === 'V' ? '20040107' : '1'}\n`);
    send(`${cookie} E99\n`);
    past = `${cookie} E98\n`;
  });
  const client = openClient(t, `udp:127.0.0.1:${server.port}`);
  assert.equal(await client.version(), '20040107');
  assert.equal(await client.feature('20040107'), true);
  assert.equal(await client.feature('20081102'), true);
});

test('commands under way at the same time get their own replies, in whatever order they come', async (t) => {
  const replies: (() => void)[] = [];
  const server = await fakeUdpServer(t, (cookie, command, send) => {
    replies.unshift(() => send(`${cookie} ${command.slice(-8)}\n`));
    if (replies.length === 20) for (const reply of replies) reply();
  });
  const client = openClient(t, `udp:127.0.0.1:${server.port}`, { retransmitMs: 3000 });
  const numbers = Array.from({ length: 20 }, (_, index) => `${20040107 + index}`);
  assert.deepEqual(await Promise.all(numbers.map((number) => client.raw(`VF ${number}`))), numbers);
});

test('no reply: the time-out tells the command; the next command works', async (t) => {
  let deaf = true;
  const server = await fakeUdpServer(t, (cookie, _command, send) => {
    if (!deaf) send(`${cookie} 20040107\n`);
  });
  const client = openClient(t, `udp:127.0.0.1:${server.port}`, { timeoutMs: 80, retransmitMs: 20 });
  await assert.rejects(client.version(), (error) => {
    assert.ok(error instanceof RtpproxyTimeoutError);
    assert.deepEqual([error.code, error.command, error.cause], ['ERR_RTPPROXY_TIMEOUT', 'V', undefined]);
    return true;
  });
  assert.equal(server.received.length, 3);
  deaf = false;
  assert.equal(await client.version({ timeoutMs: 3000 }), '20040107');
});

test('a refused datagram is the cause of the time-out, not a failure at once', async (t) => {
  const port = await freeUdpPort('127.0.0.1');
  const client = openClient(t, `udp:127.0.0.1:${port}`, { timeoutMs: 100, retransmitMs: 20 });
  await assert.rejects(client.version(), (error) => {
    assert.ok(error instanceof RtpproxyTimeoutError && error.cause instanceof Error && 'code' in error.cause);
    assert.equal(error.cause.code, 'ECONNREFUSED');
    return true;
  });
});

test('an aborted command rejects with the reason of its signal', async (t) => {
  const server = await fakeUdpServer(t, () => undefined);
  const client = openClient(t, `udp:127.0.0.1:${server.port}`);
  const controller = new AbortController();
  const reply = client.version({ signal: controller.signal });
  controller.abort(new Error('call ended'));
  await assert.rejects(reply, /^Error: call ended$/);
});

test('a host without address is a connection error', async (t) => {
  // No resolver is asked for a label of more than 63 characters.
  const client = openClient(t, `udp:${'x'.repeat(64)}.invalid:22222`, { timeoutMs: 20_000 });
  await assert.rejects(client.version(), RtpproxyConnectionError);
  await assert.rejects(client.version(), RtpproxyConnectionError);
});

test('closing ends what waits and what comes later', async (t) => {
  const server = await fakeUdpServer(t, () => undefined);
  const client = openClient(t, `udp:127.0.0.1:${server.port}`);
  const waiting = [client.version(), client.deleteAll()];
  client.close();
  for (const reply of [...waiting, client.version()]) await assert.rejects(reply, { code: 'ERR_RTPPROXY_CLOSED' });
  client.close();
});
