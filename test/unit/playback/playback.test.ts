import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LegIndex, PlaySpec } from '../../../src/addon/types.ts';
import { Playback, type PlaybackEngine } from '../../../src/playback/playback.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import { LogBook } from '../session/log-book.ts';
import { testSession } from '../session/test-session.ts';

/** Notes what it is told; players end when the test says so. */
class EngineBook implements PlaybackEngine {
  readonly calls: string[] = [];
  readonly specs: PlaySpec[] = [];
  #prompts = 0;

  addPrompt(): number {
    return ++this.#prompts;
  }
  dropPrompt(prompt: number): void {
    this.calls.push(`drop ${prompt}`);
  }
  play(session: number, leg: LegIndex, prompt: number, spec: PlaySpec, token: number): void {
    this.calls.push(`play ${prompt} on leg ${leg} as ${token}`);
    this.specs.push(spec);
    assert.ok(session > 0);
  }
  stopPlay(_session: number, leg: LegIndex): void {
    this.calls.push(`stop leg ${leg}`);
  }
  sync(): void {
    this.calls.push('sync');
  }
  take(): string[] {
    return this.calls.splice(0);
  }
}

function rig(t: TestContext) {
  const directory = temporaryDirectory(t);
  const file = (name: string) => writeFileSync(join(directory, name), 'sound');
  const engine = new EngineBook();
  const log = new LogBook();
  const counts = { nplrs_created: 0, nplrs_destroyed: 0 };
  const counters = { add: (name: keyof typeof counts) => void counts[name]++ };
  const playback = new Playback(engine, counters, log);
  const session = testSession('call', 'tag');
  session.legs[1].port = 4000;
  const prompt = join(directory, 'ann');
  const play = (codecs: string, rest: { count?: number; ptime?: number; leg?: LegIndex } = {}) =>
    playback.play(session, rest.leg ?? 1, { count: rest.count ?? 1, prompt, codecs, ptime: rest.ptime });
  return { file, engine, log, counts, playback, session, prompt, play };
}

test('the first codec with a file is played', async (t) => {
  const { file, engine, log, counts, play, prompt } = rig(t);
  file('ann.8');
  file('ann.18');
  assert.equal(await play('0,18,8', { count: 3, ptime: 25 }), true);
  assert.deepEqual(engine.take(), ['play 1 on leg 1 as 1']);
  const [spec] = engine.specs;
  assert.ok(spec);
  const { ssrc, sequence, timestamp, ...rest } = spec;
  assert.deepEqual(rest, { payloadType: 18, packetBytes: 30, packetMs: 30, count: 3 });
  assert.ok(Number.isInteger(timestamp) && timestamp >= 0 && timestamp < 2 ** 32);
  const hex = ssrc.toString(16).toUpperCase().padStart(8, '0');
  assert.deepEqual(log.take(), [
    `INFO:call:playback: 3 times playing prompt ${prompt} codec 18: SSRC=0x${hex}, seq=${sequence}`,
  ]);
  assert.deepEqual(counts, { nplrs_created: 1, nplrs_destroyed: 0 });
});

test('starts are random', async (t) => {
  const { file, engine, play } = rig(t);
  file('ann.0');
  await play('0');
  await play('0', { leg: 0 });
  const [a, b] = engine.specs;
  assert.notDeepEqual(a, b);
});

test('without a file for a codec that can be played there is no player', async (t) => {
  const { file, engine, log, counts, play, prompt } = rig(t);
  file('ann.101');
  file('ann.0');
  assert.equal(await play('101,3,x,0'), false);
  assert.deepEqual(engine.take(), []);
  assert.deepEqual(log.take(), [
    `ERR:call:playback: can't create player: there is no file ${prompt} for codecs 101,3,x,0`,
  ]);
  assert.deepEqual(counts, { nplrs_created: 0, nplrs_destroyed: 0 });
});

test('a player that has finished is counted and told of', async (t) => {
  const { file, log, counts, playback, session, play } = rig(t);
  file('ann.0');
  await play('0');
  log.take();
  playback.ended(1, true);
  assert.deepEqual(log.take(), ['INFO:call:playback: player at port 4000 has finished']);
  assert.deepEqual(counts, { nplrs_created: 1, nplrs_destroyed: 1 });
  playback.stop(session, 1);
  playback.ended(1, true);
  assert.deepEqual(log.take(), []);
  assert.deepEqual(counts, { nplrs_created: 1, nplrs_destroyed: 1 });
});

test('a stopped player is counted when the engine has let go of it, and waited for', async (t) => {
  const { file, engine, log, counts, playback, session, play } = rig(t);
  file('ann.0');
  await play('0', { count: -1 });
  engine.take();
  log.take();
  playback.sync();
  assert.deepEqual(engine.take(), []);
  playback.stop(session, 1);
  assert.deepEqual(log.take(), ['INFO:call:playback: stopping player at port 4000']);
  playback.sync();
  assert.deepEqual(engine.take(), ['stop leg 1', 'sync']);
  assert.equal(counts.nplrs_destroyed, 0);
  playback.ended(1, false);
  assert.equal(counts.nplrs_destroyed, 1);
  playback.sync();
  assert.deepEqual(engine.take(), []);
});

test('stopping is of one leg, and nothing when nothing plays', async (t) => {
  const { file, engine, playback, session, play } = rig(t);
  file('ann.0');
  playback.stop(session, 0);
  await play('0', { leg: 0 });
  await play('0', { leg: 1 });
  engine.take();
  playback.stop(session, 0);
  playback.stop(session, 0);
  assert.deepEqual(engine.take(), ['stop leg 0']);
  playback.stop(session, 1);
  assert.deepEqual(engine.take(), ['stop leg 1']);
});

test('a late report of the player before does not hide the one that plays', async (t) => {
  const { file, engine, playback, session, play } = rig(t);
  file('ann.0');
  await play('0');
  playback.stop(session, 1);
  await play('0');
  engine.take();
  playback.ended(1, true);
  playback.stop(session, 1);
  assert.deepEqual(engine.take(), ['stop leg 1']);
});

test('the prompt is let go with its player', async (t) => {
  const { file, engine, playback, session, play, prompt } = rig(t);
  file('ann.0');
  await play('0');
  playback.stop(session, 1);
  // The file has changed: what was read before is kept for its player alone.
  writeFileSync(`${prompt}.0`, 'another sound');
  await play('0');
  assert.deepEqual(engine.take(), ['play 1 on leg 1 as 1', 'stop leg 1', 'play 2 on leg 1 as 2']);
  playback.ended(1, false);
  assert.deepEqual(engine.take(), ['drop 1']);
});
