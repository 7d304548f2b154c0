import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import type { NativeEngine, SessionHandle } from '../../src/addon/types.ts';
import { until } from '../helpers/deadline.ts';
import { openCall, openEngine } from './native-engine.ts';
import { DEADLINE_MS, Phone } from './phone.ts';

const { EBADF, ENOENT } = constants.errno;
const SSRC = 0xfedcba98;
const PACKET = 80;

/** Plays packets of 10 ms to leg 1, from the start 1000/7. */
function play(engine: NativeEngine, session: SessionHandle, prompt: number, token: number, count = 1): number {
  return engine.play(session, 1, prompt, token, 8, PACKET, 10, count, SSRC, 1000, 7);
}

/** Ends of players so far, as `token` or `token finished`. */
function ends(engine: NativeEngine): string[] {
  engine.sync();
  const list: string[] = [];
  for (let end = engine.nextEndedPlayer(); end !== null; end = engine.nextEndedPlayer()) {
    list.push(`${end.token}${end.finished ? ' finished' : ''}`);
  }
  return list;
}

test('a prompt is played to the peer of a leg, and its end reported', async (t) => {
  const engine = openEngine(t);
  const { session, ports } = await openCall(engine);
  const phone = await Phone.open(t);
  engine.setPeer(session, 1, 'address', false, phone.host, phone.port);
  const prompt = engine.addPrompt(new Uint8Array(3 * PACKET).fill(0x55));
  assert.equal(play(engine, session, prompt, 11), 0);
  await phone.gets(3);
  assert.deepEqual(phone.sources, [ports[1], ports[1], ports[1]]);
  const header = phone.received.map((packet) => packet.toString('hex', 0, 12));
  assert.deepEqual(header, ['80880007000003e8fedcba98', '8008000800000438fedcba98', '8008000900000488fedcba98']);
  const list: string[] = [];
  await until(() => list.push(...ends(engine)) > 0, DEADLINE_MS, 'end');
  assert.deepEqual(list, ['11 finished']);
});

test('every player is reported once: replaced, stopped, or gone with its session', async (t) => {
  const engine = openEngine(t);
  const { session } = await openCall(engine);
  const prompt = engine.addPrompt(new Uint8Array(PACKET));
  // Without an address it waits.
  play(engine, session, prompt, 1, -1);
  assert.deepEqual(ends(engine), []);
  play(engine, session, prompt, 2, -1);
  assert.deepEqual(ends(engine), ['1']);
  assert.equal(engine.stopPlay(session, 0), 0);
  assert.equal(engine.stopPlay(session, 1), 0);
  assert.equal(engine.stopPlay(session, 1), 0);
  assert.deepEqual(ends(engine), ['2']);
  play(engine, session, prompt, 3, -1);
  engine.remove(session);
  assert.deepEqual(ends(engine), ['3']);
});

test('the callback tells of ended players', async (t) => {
  let calls = 0;
  const engine = openEngine(t, { verbose: false }, () => {
    calls++;
  });
  const { session } = await openCall(engine);
  const phone = await Phone.open(t);
  engine.setPeer(session, 1, 'address', false, phone.host, phone.port);
  play(engine, session, engine.addPrompt(new Uint8Array(PACKET)), 1);
  await until(() => calls > 0, DEADLINE_MS, 'call');
  assert.deepEqual(ends(engine), ['1 finished']);
});

test('a dropped prompt cannot be played again, but goes on where it is played', async (t) => {
  const engine = openEngine(t);
  const { session } = await openCall(engine);
  const phone = await Phone.open(t);
  engine.setPeer(session, 1, 'address', false, phone.host, phone.port);
  const data = new Uint8Array(2 * PACKET).fill(0x11);
  const prompt = engine.addPrompt(data);
  // The engine has a copy.
  data.fill(0x22);
  play(engine, session, prompt, 1, -1);
  engine.dropPrompt(prompt);
  engine.dropPrompt(prompt);
  assert.equal(play(engine, session, prompt, 2), ENOENT);
  await phone.gets(10);
  assert.ok(phone.received.every((packet) => packet[12] === 0x11));
  assert.notEqual(engine.addPrompt(data), prompt);
});

test('a stale handle and an unknown prompt are refused', async (t) => {
  const engine = openEngine(t);
  const { session } = await openCall(engine);
  const prompt = engine.addPrompt(new Uint8Array(0));
  assert.equal(play(engine, session, prompt + 1, 1), ENOENT);
  engine.remove(session);
  assert.equal(play(engine, session, prompt, 1), EBADF);
  assert.equal(engine.stopPlay(session, 1), EBADF);
  assert.deepEqual(ends(engine), []);
});

test('arguments of another shape are refused', async (t) => {
  const engine = openEngine(t);
  const { session } = await openCall(engine);
  const prompt = engine.addPrompt(new Uint8Array(PACKET));
  const good: unknown[] = [session, 1, prompt, 1, 8, PACKET, 10, 1, SSRC, 1000, 7];
  const limits = [undefined, [0, 1], [0, 2 ** 32 - 1], undefined, [0, 127], [1, 8180], [1, 10000]];
  limits.push([-(2 ** 31), 2 ** 31 - 1], [0, 2 ** 32 - 1], [0, 2 ** 32 - 1], [0, 65535]);
  const call = (args: unknown[]) => () => Reflect.apply(engine.play, engine, args);
  for (const [index, limit] of limits.entries()) {
    for (const wrong of [undefined, '1', null, 1n]) {
      assert.throws(call(good.with(index, wrong)), TypeError, `argument ${index} = ${wrong}`);
    }
    if (limit === undefined) continue;
    const [min = 0, max = 0] = limit;
    for (const wrong of [min - 1, max + 1, min + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(call(good.with(index, wrong)), RangeError, `argument ${index} = ${wrong}`);
    }
  }
  for (const wrong of [undefined, 'sound', [1], new Float64Array(2), new ArrayBuffer(8)]) {
    assert.throws(() => Reflect.apply(engine.addPrompt, engine, [wrong]), TypeError);
  }
  assert.deepEqual(ends(engine), []);
});

test('players that are under way do not outlive the engine', async (t) => {
  const engine = openEngine(t, { workers: 2 });
  const phone = await Phone.open(t);
  const prompt = engine.addPrompt(new Uint8Array(PACKET));
  for (let i = 0; i < 4; i++) {
    const { session } = await openCall(engine);
    if (i % 2 === 0) engine.setPeer(session, 1, 'address', false, phone.host, phone.port);
    play(engine, session, prompt, i, -1);
  }
  await phone.gets(4);
  engine.close();
  const { length } = phone.received;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(phone.received.length - length <= 4, 'packets after the end');
});
