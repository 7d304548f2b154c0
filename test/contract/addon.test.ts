import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CONSTANTS, CONTRACT, EVENT } from '../../src/addon/contract.ts';
import { sessionRow } from '../../src/addon/figures.ts';
import { loadNative } from '../../src/addon/loader.ts';
import { OBJECTS } from '../../src/addon/objects.ts';
import type { NativeEngine } from '../../src/addon/types.ts';
import { OPTIONS, openEngine } from './native-engine.ts';

const native = loadNative();

/** Names of the members of an interface in a file of src/addon/: types leave nothing to ask at run time. */
function members(name: string, file = 'types.ts'): string[] {
  const source = readFileSync(new URL(`../../src/addon/${file}`, import.meta.url), 'utf8');
  const body = new RegExp(`export interface ${name}\\b[^{]*\\{\\n(.*?)\\n\\}`, 's').exec(source)?.[1];
  assert.ok(body !== undefined, `${file} has an interface ${name}`);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map((match) => String(match[1]));
}

test('the classes have exactly the methods of types.ts, control-types.ts, codec-types.ts and recording-types.ts', () => {
  const classes = [
    [native.NativeEngine.prototype, members('NativeEngine')],
    [native.NativeControlSockets.prototype, members('NativeControlSockets', 'control-types.ts')],
    [native.NativeG722Encoder.prototype, members('NativeG722Encoder', 'codec-types.ts')],
    [native.NativeG722Decoder.prototype, members('NativeG722Decoder', 'codec-types.ts')],
    [native.NativeRecordingStats.prototype, members('NativeRecordingStats', 'recording-types.ts')],
  ] as const;
  for (const [prototype, expected] of classes) {
    const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
    assert.deepEqual(names.sort(), expected.sort());
    for (const name of names) assert.equal(typeof Reflect.get(prototype, name), 'function', name);
  }
});

test('the addon exports exactly the members of module-types.ts, system-types.ts and codec-types.ts', () => {
  // `bindings` adds the path of the file.
  const names = Object.keys(native).filter((name) => name !== 'path');
  assert.deepEqual(
    names.sort(),
    [
      ...members('NativeModule', 'module-types.ts'),
      ...members('NativeSystem', 'system-types.ts'),
      ...members('NativeG711', 'codec-types.ts'),
    ].sort(),
  );
});

test('the lists of the addon are those of contract.ts, and no name stands twice in one', () => {
  const contract = { ...CONTRACT, ...OBJECTS };
  assert.deepEqual(native.contract, contract);
  for (const [list, names] of Object.entries(contract)) assert.equal(new Set(names).size, names.length, list);
  assert.equal(sessionRow().length, 2 + 2 * 67);
});

test('the class is called with new, and its methods on its objects only', (t) => {
  const engine = openEngine(t);
  assert.throws(() => Reflect.apply(native.NativeEngine, undefined, [OPTIONS, () => {}]), TypeError);
  for (const name of members('NativeEngine')) {
    assert.throws(() => Reflect.apply(Reflect.get(engine, name), {}, []), TypeError, name);
  }
});

test('every call after close throws, but close', (t) => {
  const engine = openEngine(t);
  const session = engine.createSession(60, 60);
  engine.close();
  const calls: Record<Exclude<keyof NativeEngine, 'close'>, () => unknown> = {
    backend: () => engine.backend(),
    socketReuse: () => engine.socketReuse(35000, 65000),
    createSession: () => engine.createSession(60, 60),
    openLeg: () => engine.openLeg(session, 0, '127.0.0.1', 40000, -1),
    complete: () => engine.complete(session),
    setPeer: () => engine.setPeer(session, 0, 'none', false, '', 0),
    setTtl: () => engine.setTtl(session, 0, 60),
    restart: () => engine.restart(session),
    setTos: () => engine.setTos(session, 0, 1),
    batchWakeups: () => engine.batchWakeups(false),
    snapshot: () => engine.snapshot(session, sessionRow()),
    snapshots: () => engine.snapshots(new Float64Array(1), sessionRow()),
    askSnapshots: () => engine.askSnapshots(new Float64Array(1)),
    takeSnapshots: () => engine.takeSnapshots(sessionRow()),
    setResizer: () => engine.setResizer(session, 0, 20),
    recordingHeader: () => engine.recordingHeader('adhoc'),
    addRecording: () => engine.addRecording(session, -1, 'pcap'),
    addCompanion: () => engine.addCompanion(1, -1, 'pcap'),
    divertRecording: () => engine.divertRecording(1, 0, 0),
    discardRecording: () => engine.discardRecording(1),
    record: () => engine.record(session, 0, 1, -1, false),
    copy: () => engine.copy(session, 0, '127.0.0.1', 40000, '127.0.0.1', 4000, -1, true),
    stopTap: () => engine.stopTap(session, 0),
    nextRecording: () => engine.nextRecording(),
    fork: () => engine.fork(session, session, false),
    watchRtcp: () => engine.watchRtcp(true),
    watchPayloads: () => engine.watchPayloads(session, 0, [101], []),
    drainWatched: () => engine.drainWatched(Buffer.alloc(CONSTANTS.longestWatched), 1),
    addPrompt: () => engine.addPrompt(Buffer.alloc(1)),
    dropPrompt: () => engine.dropPrompt(1),
    play: () => engine.play(session, 0, 1, 1, 0, 80, 10, 1, 1, 1, 1),
    stopPlay: () => engine.stopPlay(session, 0),
    nextEndedPlayer: () => engine.nextEndedPlayer(),
    remove: () => engine.remove(session),
    setVerbose: () => engine.setVerbose(false),
    releaseSockets: () => engine.releaseSockets(),
    sync: () => engine.sync(),
    setAccess: () => engine.setAccess({ control: [], aliases: [], allow: [], deny: [] }),
    judge: () => engine.judge('127.0.0.1', 4000),
    totals: () => engine.totals(),
    workers: () => engine.workers(),
    drainEvents: () => engine.drainEvents(Buffer.alloc(EVENT.size)),
    nextRetired: () => engine.nextRetired(sessionRow()),
  };
  assert.deepEqual([...Object.keys(calls), 'close'].sort(), members('NativeEngine').sort());
  for (const [name, call] of Object.entries(calls)) assert.throws(call, /the engine is closed/, name);
  engine.close();
});

test('sourceAddress tells the address towards a host, or that there is none', () => {
  assert.equal(native.sourceAddress('127.0.0.9'), '127.0.0.1');
  assert.equal(native.sourceAddress('::1'), '::1');
  // Multicast without a route, or with one: a text or null, and nothing is thrown.
  const source = native.sourceAddress('ff0e::1');
  assert.ok(source === null || source.includes(':'));
});

test('the limit of files is read and set', () => {
  const limit = native.fileLimit();
  assert.ok(Number.isSafeInteger(limit) && limit > 0);
  assert.equal(native.setFileLimit(limit), 0);
  assert.equal(native.fileLimit(), limit);
});

test('functions refuse what has not the shape of their argument', () => {
  const { sourceAddress, setFileLimit } = native;
  const refuse = (call: (value: never) => unknown, value: unknown, kind: ErrorConstructor): void =>
    assert.throws(() => Reflect.apply(call, undefined, [value]), kind, String(value));
  for (const value of [undefined, 5, '', 'localhost', '1.2.3', '[::1]', '127.0.0.1:80']) {
    refuse(sourceAddress, value, TypeError);
  }
  for (const value of [undefined, '1', null]) refuse(setFileLimit, value, TypeError);
  for (const value of [-1, 1.5, Number.NaN, 2 ** 31]) refuse(setFileLimit, value, RangeError);
});
