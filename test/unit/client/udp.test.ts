import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtpproxyConnectionError, RtpproxyTimeoutError } from '../../../src/client/errors.ts';
import { freeUdpPort } from '../../helpers/udp-port.ts';
import { fakeUdpServer, openClient } from './fake-servers.ts';

const TURNS = 100;
const MAX_TURNS = 1_000_000;

/** Lets the event loop go round until the condition holds, or a hundred times, enough for anything that is under way. */
async function turns(condition?: () => boolean): Promise<void> {
  for (let count = 0; condition === undefined ? count < TURNS : !condition(); count++) {
    assert.ok(count < MAX_TURNS, 'it never happens');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// Time stands still but where a test lets it pass, so that a busy machine changes nothing.

test('a lost datagram is sent again with the same cookie, later and later', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const server = await fakeUdpServer(t, (cookie, _command, send) => {
    if (server.received.length === 4) send(`${cookie} 20040107\n`);
  });
  const client = openClient(t, `udp:127.0.0.1:${server.port}`, { retransmitMs: 30 });
  const version = client.version();
  for (const [index, pause] of [30, 60, 120].entries()) {
    await turns(() => server.received.length > index);
    t.mock.timers.tick(pause - 1);
    await turns();
    assert.equal(server.received.length, index + 1, `before ${pause} ms`);
    t.mock.timers.tick(1);
  }
  assert.equal(await version, '20040107');
  assert.equal(new Set(server.received).size, 1);
  assert.match(server.received[0] ?? '', /^\S+ V$/);
});

test('nothing is sent again after the reply, and each command has its own cookie', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const server = await fakeUdpServer(t, (cookie, _command, send) => send(`${cookie} 0\n`));
  const client = openClient(t, `udp:127.0.0.1:${server.port}`, { retransmitMs: 20 });
  const other = openClient(t, `udp:127.0.0.1:${server.port}`);
  for (let count = 0; count < 3; count++) await client.deleteAll();
  await other.deleteAll();
  await assert.rejects(client.raw('X', { timeoutMs: 100, signal: AbortSignal.abort(new Error('no')) }), /^Error: no$/);
  t.mock.timers.tick(10_000);
  await turns();
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

test('a refused command fails at once if that is wanted, and all that wait with it', async (t) => {
  const target = `udp:127.0.0.1:${await freeUdpPort('127.0.0.1')}`;
  const client = openClient(t, target, { failWhenRefused: true });
  for (const commands of [['V'], ['V', 'X', 'I']]) {
    const refused = (error: unknown) => error instanceof RtpproxyConnectionError && error.code === 'ECONNREFUSED';
    await Promise.all(commands.map((command) => assert.rejects(client.raw(command), refused)));
  }
});

test('no reply: the time-out tells the command; the next command works', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let deaf = true;
  const server = await fakeUdpServer(t, (cookie, _command, send) => {
    if (!deaf) send(`${cookie} 20040107\n`);
  });
  const client = openClient(t, `udp:127.0.0.1:${server.port}`, { timeoutMs: 80, retransmitMs: 20 });
  const refused = assert.rejects(client.version(), (error) => {
    assert.ok(error instanceof RtpproxyTimeoutError);
    assert.deepEqual([error.code, error.command, error.cause], ['ERR_RTPPROXY_TIMEOUT', 'V', undefined]);
    return true;
  });
  for (const [index, pause] of [20, 40, 20].entries()) {
    await turns(() => server.received.length > index);
    t.mock.timers.tick(pause);
  }
  await refused;
  assert.equal(server.received.length, 3);
  deaf = false;
  assert.equal(await client.version({ timeoutMs: 3000 }), '20040107');
});

test('a refused datagram is the cause of the time-out, not a failure at once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const port = await freeUdpPort('127.0.0.1');
  const client = openClient(t, `udp:127.0.0.1:${port}`, { timeoutMs: 100, retransmitMs: 20 });
  const refused = assert.rejects(client.version(), (error) => {
    assert.ok(error instanceof RtpproxyTimeoutError && error.cause instanceof Error && 'code' in error.cause);
    assert.equal(error.cause.code, 'ECONNREFUSED');
    return true;
  });
  // On loopback the refusal is there as soon as the datagram was sent.
  await turns();
  t.mock.timers.tick(100);
  await refused;
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
