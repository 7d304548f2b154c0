import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decoders, promptEncoders } from '../../src/audio/library-codecs.ts';
import { ownDecoders } from '../../src/audio/payload-decoder.ts';
import { PROMPT_CODECS } from '../../src/audio/prompt-encoders.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import type { ControlClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { type Recorder, startRecorder } from './support/recorded-call.ts';
import { HOST, portIn, startRelay } from './support/relay.ts';
import { channelsOf, placeOf, RATE, rawBytes, snr, spoken, tone, voice } from './support/sounds.ts';

// A prompt goes its whole way: makeann, the daemon that plays it, the network, another daemon that records the call, extractaudio.
// With --record-format=wav the daemon does the last step itself. What is heard at the end is what the codec makes of the sound, no more and no less, of the right party.

const SAMPLES = 2 * RATE;
const BLOCK = 160;
/** The recorder's clock says when a packet came: one that is later than 200 ms makes a gap. A busy machine gets more tries. */
const TRIES = 4;
const DEADLINE_MS = 20_000;
const TEXT = 'The number you have dialled is not available. Please try again later, or leave a message.';
/** Formats, and how many files a call has in them; those that cannot become sound are recorded as packets in any case. */
const FORMATS: readonly { readonly format: string; readonly args: readonly string[]; readonly files: number }[] = [
  { format: 'adhoc', args: [], files: 2 },
  { format: 'pcap', args: ['-P'], files: 2 },
  { format: 'wav', args: ['--record-format=wav'], files: 1 },
];

interface Codec {
  readonly name: string;
  readonly payloadType: number;
}

interface Sounds {
  readonly caller: Int16Array;
  readonly callee: Int16Array;
}

/** What one party was heard like. */
interface Heard {
  readonly offset: number;
  readonly snr: number;
  /** By encoder and decoder alone. */
  readonly own: number;
}

function tool(name: string, ...args: string[]): void {
  const program = fileURLToPath(new URL(`../../dist/cli/${name}.js`, import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

/** Codecs that this machine has: three need no library. */
const CODECS: readonly Codec[] = PROMPT_CODECS.filter(
  ({ payloadType }) =>
    promptEncoders({ codecs: undefined, vad: false }).some((encoder) => encoder.payloadType === payloadType) &&
    decoders(payloadType) !== undefined,
);

/** What a codec makes of a sound, without any daemon. */
function roundTrip(sound: Int16Array, { payloadType }: Codec): Int16Array {
  const all = promptEncoders({ codecs: undefined, vad: false });
  const decoder = decoders(payloadType) ?? assert.fail();
  const result = new Int16Array(sound.length);
  for (let at = 0; at < sound.length; at += BLOCK) {
    let code: Uint8Array = new Uint8Array();
    for (const encoder of all) {
      const bytes = encoder.encode(sound.subarray(at, at + BLOCK), BLOCK, code);
      if (encoder.payloadType === payloadType) code = bytes;
    }
    const samples = new Int16Array(4096);
    const count = decoder.decode(code, samples);
    assert.equal(count, BLOCK);
    result.set(samples.subarray(0, count), at);
  }
  return result;
}

/** A call with that codec at the daemon that records; its media come from the daemon that plays. */
async function playInto(player: ControlClient, recorder: ControlClient, id: string, codec: Codec, prompts: string) {
  const forCallee = portIn(await recorder.command(`U ${id} 0 0 from`));
  const forCaller = portIn(await recorder.command(`L ${id} 0 0 from to`));
  for (const tags of ['from to', 'to from']) assert.equal(await recorder.command(`R ${id} ${tags}`), '0\n');
  // A session of its own plays for each party.
  for (const [party, to] of [
    ['caller', forCaller],
    ['callee', forCallee],
  ] as const) {
    const session = `${id}-${party}`;
    await player.command(`U ${session} ${to.host} ${to.port} from`);
    await player.command(`L ${session} ${HOST} 9999 from to`);
  }
  for (const party of ['caller', 'callee'] as const) {
    assert.equal(await player.command(`P ${id}-${party} ${prompts}/${party} ${codec.payloadType} from`), '0\n');
  }
}

/** Plays both sounds with every codec at the same time, and records them; returns when all files are complete. */
async function record(player: ControlClient, recorder: Recorder, prompts: string, round: number, files: number) {
  const { control } = recorder;
  for (const codec of CODECS) await playInto(player, control, `${codec.name}-${round}`, codec, prompts);
  const ended = `${2 * CODECS.length * (round + 1)}\n`;
  await until(async () => (await player.command('G nplrs_destroyed')) === ended, DEADLINE_MS, 'the end of the prompts');
  const played = await player.command('G npkts_played');
  await until(async () => (await control.command('G npkts_rcvd')) === played, DEADLINE_MS, 'the last packets');
  for (const { name } of CODECS) assert.equal(await control.command(`Na ${name}-${round} from to`), '0\n');
  const complete = `${files * (round + 1)}\n`;
  await until(async () => (await control.command('G nhooks_succd')) === complete, DEADLINE_MS, 'the files');
}

/** What the recording of a call has of caller and callee. */
function soundsOf({ directory }: Recorder, call: string): readonly [caller: Int16Array, callee: Int16Array] {
  const sound = join(directory, `${call}=from.wav`);
  if (existsSync(sound)) return channelsOf(readFileSync(sound));
  const wav = join(directory, `${call}.wav`);
  tool('extractaudio', '-s', '-F', 'wav', '-D', 'pcm_16', join(directory, `${call}=from`), wav);
  // The answering party is on the left.
  const [callee, caller] = channelsOf(readFileSync(wav));
  return [caller, callee];
}

/** What the parties of a call were heard like; undefined when the machine was too busy for the recorder's clock. */
function hear(recorder: Recorder, call: string, sounds: Sounds, codec: Codec): readonly [Heard, Heard] | undefined {
  const [caller, callee] = soundsOf(recorder, call);
  const heard = [
    { sound: sounds.caller, channel: caller },
    { sound: sounds.callee, channel: callee },
  ].map(({ sound, channel }) => {
    const expected = roundTrip(sound, codec);
    const offset = placeOf(expected, channel, RATE);
    return { offset, snr: snr(sound, channel.subarray(offset)), own: snr(sound, expected) };
  });
  const [first = assert.fail(), second = assert.fail()] = heard;
  const exact = heard.every((each) => Math.abs(each.snr - each.own) < 0.1);
  // Who began first has no silence in front, and the file ends with the other one.
  const late = Math.max(first.offset, second.offset);
  const surplus = caller.length - late - SAMPLES;
  if (!exact || Math.min(first.offset, second.offset) !== 0 || Math.abs(surplus) > BLOCK) return undefined;
  return [first, second];
}

function table(t: TestContext, format: string, kind: string, codec: Codec, heard: readonly [Heard, Heard]): void {
  const cell = ({ snr: reached, own }: Heard): string => `${reached.toFixed(2)} dB (codec ${own.toFixed(2)})`;
  t.diagnostic(`${format} ${codec.name}: tone ${cell(heard[0])}, ${kind} ${cell(heard[1])}`);
}

for (const { format, args, files } of FORMATS) {
  test(`tone and speech, from makeann to extractaudio, recorded as ${format}`, async (t) => {
    const speech = spoken(TEXT, SAMPLES);
    const kind = speech === undefined ? 'synthetic voice' : 'espeak-ng';
    const sounds: Sounds = { caller: tone(SAMPLES), callee: speech ?? voice(SAMPLES) };
    const prompts = join(temporaryDirectory(t), 'prompts');
    mkdirSync(prompts);
    for (const party of ['caller', 'callee'] as const) {
      writeFileSync(join(prompts, `${party}.sln`), rawBytes(sounds[party]));
      tool('makeann', join(prompts, `${party}.sln`), join(prompts, party));
    }
    const { control: player } = await startRelay(t, ['-l', HOST]);
    const recorder = await startRecorder(t, ['-R', '--recording-done=/bin/true', ...args]);
    const all = CODECS.reduce((sum, { payloadType }) => sum + (ownDecoders(payloadType) === undefined ? 2 : files), 0);
    const missing = new Set(CODECS);
    for (let round = 0; round < TRIES && missing.size > 0; round++) {
      await record(player, recorder, prompts, round, all);
      for (const codec of missing) {
        const call = `${codec.name}-${round}`;
        const heard = hear(recorder, call, sounds, codec);
        if (heard === undefined) continue;
        missing.delete(codec);
        table(t, format, kind, codec, heard);
      }
    }
    assert.deepEqual(
      [...missing].map(({ name }) => name),
      [],
      'codecs whose sound was changed on its way',
    );
  });
}
