// Random calls of the addon with random arguments: node random-calls.ts DIRECTORY SEED CALLS SECONDS. It must survive.
import { createSocket } from 'node:dgram';
import { openSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CONTROL_REQUEST, EVENT, IO_CHOICES, PEER_KINDS, RECORD_FORMATS } from '../../../src/addon/contract.ts';
import { sessionRow, sessionRows } from '../../../src/addon/figures.ts';
import { loadNative } from '../../../src/addon/loader.ts';
import type { NativeEngine } from '../../../src/addon/types.ts';
import { rtp } from '../phone.ts';
import { Dice } from './dice.ts';

const [directory = '', seed = '1', calls = '1000', seconds = '1'] = process.argv.slice(2);
const dice = new Dice(Number(seed));
const native = loadNative();
/** An address of the loopback that no other process takes, so that its ports are free and nobody else is hit. */
const HOST = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;
const FIRST_PORT = 20_000;
const PORTS = 60;
const REMEMBERED = 24;

/** Numbers that the addon gave out, the old ones too. */
class Names {
  readonly #names = [0];
  add(name: unknown): void {
    if (typeof name !== 'number') return;
    this.#names.push(name);
    if (this.#names.length > REMEMBERED) this.#names.splice(dice.below(REMEMBERED), 1);
  }
  any(): number {
    return dice.pick(this.#names);
  }
}
let sessions = new Names();
let recordings = new Names();
let prompts = new Names();
const figures = sessionRow();
const rows = sessionRows(2);
const bytes = new Uint8Array(16 * EVENT.size + 8191);
const integers = new Int32Array(4 * CONTROL_REQUEST.size);

const flag = (): boolean => dice.below(2) === 1;
const leg = (): number => dice.below(2);
const port = (): number => FIRST_PORT + 2 * dice.below(PORTS);
const word = (): number => dice.below(2 ** 32);
const milliseconds = (): number => dice.pick([1, 10, 20, 999]);
const number = (): number => dice.pick([0, 1, 2, 60, 184, 8191]);

/** Arguments that a method may take. */
const GOOD: Readonly<Record<keyof NativeEngine, () => unknown[]>> = {
  backend: () => [],
  createSession: () => (flag() ? [dice.below(3), dice.below(3)] : [60, 60, sessions.any()]),
  openLeg: () => [sessions.any(), leg(), HOST, port(), dice.pick([-1, 184])],
  complete: () => [sessions.any()],
  setPeer: () => [sessions.any(), leg(), dice.pick(PEER_KINDS), flag(), HOST, port()],
  setTtl: () => [sessions.any(), leg(), dice.below(3)],
  restart: () => [sessions.any()],
  setResizer: () => [sessions.any(), leg(), dice.pick([0, 10, 30])],
  setTos: () => [sessions.any(), leg(), 184],
  snapshot: () => [sessions.any(), figures],
  snapshots: () => [Float64Array.of(sessions.any(), sessions.any()), rows],
  askSnapshots: () => [Float64Array.of(sessions.any(), sessions.any())],
  takeSnapshots: () => [flag() ? rows : figures],
  remove: () => [sessions.any()],
  batchWakeups: () => [flag()],
  releaseSockets: () => [],
  socketReuse: () => [port(), port()],
  sync: () => [],
  setVerbose: () => [flag()],
  setAccess: () => [
    {
      control: [{ host: HOST, port: port() }],
      aliases: [{ advertised: HOST, local: HOST }],
      allow: [{ host: HOST, prefix: 32, firstPort: 0, lastPort: port() }],
      deny: [{ host: '', prefix: 0, firstPort: port(), lastPort: 65535 }],
    },
  ],
  judge: () => [HOST, port()],
  totals: () => [],
  workers: () => [],
  drainEvents: () => [bytes],
  nextRetired: () => [figures],
  recordingHeader: () => [dice.pick(RECORD_FORMATS)],
  addRecording: () => [sessions.any(), openSync(path.join(directory, 'recording'), 'w'), dice.pick(RECORD_FORMATS)],
  addCompanion: () => [recordings.any(), openSync(path.join(directory, 'companion'), 'w'), dice.pick(RECORD_FORMATS)],
  divertRecording: () => [recordings.any(), recordings.any(), recordings.any()],
  discardRecording: () => [recordings.any()],
  record: () => [sessions.any(), leg(), recordings.any(), recordings.any(), flag()],
  copy: () => [sessions.any(), leg(), HOST, port(), HOST, port(), -1, flag()],
  stopTap: () => [sessions.any(), leg()],
  nextRecording: () => [],
  fork: () => [sessions.any(), sessions.any(), flag()],
  watchRtcp: () => [flag()],
  watchPayloads: () => [sessions.any(), leg(), [0, dice.below(128)], [dice.below(128)]],
  drainWatched: () => [bytes, 1 + dice.below(3)],
  addPrompt: () => [bytes.subarray(0, dice.below(2000))],
  dropPrompt: () => [prompts.any()],
  play: () => [
    ...[sessions.any(), leg(), prompts.any(), dice.below(1000), 0, dice.pick([1, 80, 1000]), milliseconds()],
    ...[dice.pick([-1, 0, 1, 3]), word(), word(), dice.below(2 ** 16)],
  ],
  stopPlay: () => [sessions.any(), leg()],
  nextEndedPlayer: () => [],
  close: () => [],
};
/** What becomes of results. */
const RESULTS: Partial<Record<string, (result: unknown) => void>> = {
  createSession: (result) => sessions.add(result),
  addRecording: (result) => recordings.add(result),
  addCompanion: (result) => recordings.add(result),
  addPrompt: (result) => prompts.add(result),
};
const CONTROL_GOOD: Readonly<Record<string, () => unknown[]>> = {
  open: () => [HOST, dice.pick([0, port()])],
  port: () => [number()],
  closeSocket: () => [number()],
  answerVersions: () => ['20040107\n', ['20040107']],
  leaveVersions: () => [],
  take: () => [bytes, integers],
  reply: () => [bytes, integers, integers, dice.below(4)],
  allowOnly: () => [[{ host: HOST, prefix: dice.below(33), firstPort: 0, lastPort: 65535 }]],
  lastDenied: () => [],
  figures: () => [],
  close: () => [],
};
const samples = new Int16Array(2000);
const recording = new native.NativeRecordingStats();
const CODECS: readonly (readonly [target: object, name: string, good: () => unknown[]])[] = [
  [native, 'decodeG711', () => [dice.pick(['ulaw', 'alaw']), bytes, samples]],
  [native, 'encodeG711', () => [dice.pick(['ulaw', 'alaw']), samples, bytes]],
  [new native.NativeG722Encoder(), 'encode', () => [samples, bytes]],
  [new native.NativeG722Decoder(), 'decode', () => [bytes, samples]],
  [recording, 'add', () => [Float64Array.from({ length: 60 }, word), number()]],
  [recording, 'figures', () => []],
];
const ODD: readonly unknown[] = [
  ...[undefined, null, '', 'x', '::1', '1'.repeat(100), true, {}, [], () => {}, Symbol('x'), 10n, new Proxy([], {})],
  ...[Number.NaN, -1, -0, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, Number.POSITIVE_INFINITY],
  ...[new Float64Array(0), new Uint8Array(0), new Float32Array(200), new Int32Array(1), figures, bytes, integers],
];
const odd = (): unknown[] => Array.from({ length: dice.below(12) }, () => dice.pick(ODD));

function options() {
  return {
    ...{ workers: 1 + dice.below(3), workerCpus: [], independentTtl: flag(), duplicateSmall: flag(), guarded: flag() },
    ...{
      verbose: flag(),
      playTtl: dice.below(3),
      batchWindow: dice.pick([-1, 0, 500]),
      io: dice.pick(IO_CHOICES.filter((choice) => choice !== 'shared')),
    },
  };
}

function openEngine(): NativeEngine {
  [sessions, recordings, prompts] = [new Names(), new Names(), new Names()];
  return new native.NativeEngine(options(), () => {});
}

/** A call with good arguments, with one that is odd, or with any. */
function call(target: object, name: string, good: (() => unknown[]) | undefined): void {
  const luck = dice.below(20);
  // Odd arguments could be descriptors of the process, which it would take over and close.
  const only = name === 'addRecording' || luck < 16;
  const args = good !== undefined && (only || luck < 18) ? good() : odd();
  if (!only && luck < 18 && args.length > 0) args[dice.below(args.length)] = dice.pick(ODD);
  const self = dice.below(200) === 0 && name !== 'addRecording' ? dice.pick([{}, engine, control]) : target;
  try {
    RESULTS[name]?.(Reflect.apply(Reflect.get(target, name) as () => unknown, self, args));
  } catch {
    // Refused: that is an answer.
  }
}

const engineNames = Object.keys(GOOD) as (keyof NativeEngine)[];
const controlNames = Object.keys(CONTROL_GOOD);
let engine = openEngine();
let control = new native.NativeControlSockets(() => {});

function callEngine(): void {
  const name = dice.pick(engineNames);
  if (name === 'close' && dice.below(30) > 0) return;
  call(engine, name, GOOD[name]);
  if (name !== 'close') return;
  for (const late of engineNames) if (late !== 'addRecording') call(engine, late, GOOD[late]);
  engine.close();
  engine = openEngine();
}

function callControl(): void {
  const name = dice.pick(controlNames);
  if (name === 'close' && dice.below(10) > 0) return;
  call(control, name, CONTROL_GOOD[name]);
  if (name !== 'close') return;
  for (const late of controlNames) call(control, late, CONTROL_GOOD[late]);
  control.close();
  control = new native.NativeControlSockets(() => {});
}

const phone = createSocket('udp4');
await new Promise<void>((resolve) => {
  phone.bind(0, HOST, resolve);
});
const deadline = Date.now() + 1000 * Number(seconds);
for (let done = 0; done < Number(calls) && Date.now() < deadline; done++) {
  if (dice.below(10) === 0) callControl();
  else if (dice.below(50) === 0) call(...dice.pick(CODECS));
  else callEngine();
  if (done % 10 === 0) phone.send(rtp(done & 0xffff, dice.below(3)), port() + dice.below(2), HOST);
  if (done % 200 === 0) await setImmediate();
}
phone.close();
control.close();
engine.close();
