import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { constants } from 'node:os';
import { type TestContext, test } from 'node:test';
import { CONTROL_REQUEST } from '../../src/addon/contract.ts';
import type { NativeControlSockets } from '../../src/addon/control-types.ts';
import { loadNative } from '../../src/addon/loader.ts';

const BYTES = new Uint8Array(8191);
const REQUESTS = new Int32Array(CONTROL_REQUEST.size);

function openControl(t: TestContext, onCommands = () => {}): NativeControlSockets {
  const control = new (loadNative().NativeControlSockets)(onCommands);
  t.after(() => control.close());
  return control;
}

test('a command is announced, taken, answered', async (t) => {
  let announce = () => {};
  const announced = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const control = openControl(t, () => announce());
  const socket = control.open('127.0.0.1', 0);
  const client = createSocket('udp4');
  t.after(() => client.close());
  client.bind(0, '127.0.0.1');
  await once(client, 'listening');
  client.send('cookie U x', control.port(socket), '127.0.0.1');
  await announced;
  assert.equal(control.take(BYTES, REQUESTS), 1);
  const [id, from, offset, size, room, family, port, ip] = REQUESTS;
  assert.deepEqual([from, offset, size, room], [socket, 0, 4, 1023 - 'cookie '.length]);
  assert.deepEqual([family, port], [4, client.address().port]);
  assert.deepEqual([...new Uint8Array(Int32Array.of(ip ?? 0).buffer)], [127, 0, 0, 1]);
  assert.equal(Buffer.from(BYTES.subarray(0, 4)).toString(), ' U x');
  control.reply(Buffer.from('done\n'), Int32Array.of(id ?? 0), Int32Array.of(5), 1);
  const [reply] = await once(client, 'message');
  assert.equal(String(reply), 'cookie done\n');
  assert.equal(control.figures().cached, 1);
});

test('what is wrong with an argument is told', (t) => {
  const control = openControl(t);
  const any = control as unknown as Record<string, (...args: unknown[]) => unknown>;
  const call = (name: string, ...args: unknown[]) => any[name]?.(...args);
  assert.throws(() => new (loadNative().NativeControlSockets as unknown as new (x: unknown) => unknown)(1), TypeError);
  const wrong: [string, ...unknown[]][] = [
    ['open', 'localhost', 0],
    ['open', '127.0.0.1'],
    ['port', 'x'],
    ['closeSocket'],
    ['answerVersions'],
    ['answerVersions', '1\n', 2],
    ['take', [], REQUESTS],
    ['take', BYTES, new Float64Array(11)],
    ['reply', BYTES, REQUESTS, BYTES, 0],
    ['reply', BYTES, REQUESTS, REQUESTS],
  ];
  for (const args of wrong) assert.throws(() => call(...args), TypeError, args[0]);
  const outside: [string, ...unknown[]][] = [
    ['open', '127.0.0.1', 65536],
    ['open', '127.0.0.1', -1],
    ['port', -1],
    ['answerVersions', ''],
    ['answerVersions', 'x'.repeat(100)],
    ['take', new Uint8Array(8190), REQUESTS],
    ['reply', BYTES, REQUESTS, REQUESTS, -1],
    ['reply', BYTES, new Int32Array(1), new Int32Array(2), 2],
    ['reply', BYTES, new Int32Array(2), new Int32Array(1), 2],
    ['reply', BYTES, new Int32Array(1), Int32Array.of(BYTES.length + 1), 1],
    ['reply', BYTES, new Int32Array(1), Int32Array.of(-1), 1],
    ['reply', BYTES, new Int32Array(2), Int32Array.of(2_147_483_647, 2_147_483_647), 2],
  ];
  for (const args of outside) assert.throws(() => call(...args), RangeError, args[0]);
});

test('a socket that cannot be had is an errno, an unknown one is nothing', (t) => {
  const control = openControl(t);
  const socket = control.open('127.0.0.1', 0);
  assert.equal(control.open('127.0.0.1', control.port(socket)), -constants.errno.EADDRINUSE);
  assert.equal(control.open('192.0.2.1', 0), -constants.errno.EADDRNOTAVAIL);
  assert.equal(control.port(socket + 1), 0);
  control.closeSocket(socket + 1);
  control.closeSocket(socket);
  control.closeSocket(socket);
  assert.equal(control.port(socket), 0);
  assert.equal(control.take(BYTES, REQUESTS), 0);
  control.reply(BYTES, Int32Array.of(5, -1), Int32Array.of(1, 1), 2);
});

test('every call after close throws, but close', (t) => {
  const control = openControl(t);
  control.close();
  control.close();
  const calls: Record<Exclude<keyof NativeControlSockets, 'close'>, () => unknown> = {
    open: () => control.open('127.0.0.1', 0),
    port: () => control.port(1),
    closeSocket: () => control.closeSocket(1),
    answerVersions: () => control.answerVersions('1\n', []),
    leaveVersions: () => control.leaveVersions(),
    take: () => control.take(BYTES, REQUESTS),
    reply: () => control.reply(BYTES, REQUESTS, REQUESTS, 0),
    allowOnly: () => control.allowOnly([]),
    lastDenied: () => control.lastDenied(),
    figures: () => control.figures(),
  };
  for (const [name, call] of Object.entries(calls)) assert.throws(call, /closed/, name);
});
