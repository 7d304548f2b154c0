import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AudioSink } from '../../../src/audio/audio-file.ts';
import { type DecodedSamples, decodeStreams, type SurveyedRecording } from '../../../src/audio/decode-streams.ts';
import type { Side } from '../../../src/audio/mixer.ts';
import { ownDecoders } from '../../../src/audio/payload-decoder.ts';
import { survey } from '../../../src/audio/survey.ts';
import { Recording } from '../../../src/captures/recording.ts';
import { atEnd, temporaryDirectory } from '../../helpers/cleanup.ts';
import { adhocCall, adhocRecord, type RtpFields, rtp, steady } from '../../helpers/recordings.ts';

// Codes of u-law, and what is heard of them.
const LOUD = Buffer.alloc(160, 0x80);
const [LOUD_SAMPLE, QUIET_SAMPLE] = [32124, 2];

interface Sound extends DecodedSamples {
  readonly samples: number[];
  readonly warnings: string[];
}

async function sound(
  t: TestContext,
  sides: Readonly<Partial<Record<Side, Uint8Array>>>,
  manner: { stereo?: boolean; dense?: boolean } = {},
): Promise<Sound> {
  const folder = temporaryDirectory(t);
  const recordings: SurveyedRecording[] = [];
  const warnings: string[] = [];
  for (const [side, contents] of Object.entries(sides) as [Side, Uint8Array][]) {
    writeFileSync(path.join(folder, side), contents);
    const recording = await Recording.open(path.join(folder, side), { compat: false });
    assert.ok(recording !== undefined);
    atEnd(t, () => recording.close());
    recordings.push({ side, recording, survey: await survey(recording, (text) => void warnings.push(text)) });
  }
  const samples: number[] = [];
  const sink: AudioSink = {
    write: async (part) => {
      // What is written must not change until this is done.
      const before = [...part];
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual([...part], before);
      for (const sample of part) samples.push(sample);
    },
    close: async () => {},
    abandon: async () => {},
  };
  const decoded = await decodeStreams(recordings, sink, { stereo: false, dense: false, ...manner }, ownDecoders);
  return { ...decoded, samples, warnings };
}

/** Runs of equal samples: each with its length. */
function runs(samples: readonly number[]): [sample: number, length: number][] {
  const found: [number, number][] = [];
  for (const sample of samples) {
    const last = found.at(-1);
    if (last?.[0] === sample) last[1]++;
    else found.push([sample, 1]);
  }
  return found;
}

test('one side is at half of its volume, both are side by side in stereo', async (t) => {
  const answer = adhocCall(steady(3, { payload: LOUD }));
  assert.deepEqual(runs((await sound(t, { answer })).samples), [[LOUD_SAMPLE / 2, 480]]);
  const originate = adhocCall(steady(2, { ssrc: 8 }));
  const both = await sound(t, { answer, originate }, { stereo: true });
  assert.deepEqual([both.answer, both.originate, both.written], [480, 320, 960]);
  assert.deepEqual(both.samples.slice(0, 4), [LOUD_SAMPLE, QUIET_SAMPLE, LOUD_SAMPLE, QUIET_SAMPLE]);
  assert.deepEqual(both.samples.slice(-2), [LOUD_SAMPLE, 0]);
});

test('the side that begins later waits for its time', async (t) => {
  const answer = adhocCall(steady(2, { payload: LOUD }));
  const originate = adhocCall(steady(1, { ssrc: 8, payload: LOUD }), 1000.25);
  assert.deepEqual(runs((await sound(t, { answer, originate })).samples), [
    [LOUD_SAMPLE / 2, 320],
    [0, 1680],
    [LOUD_SAMPLE / 2, 160],
  ]);
});

test('without silence the streams of a side follow one another', async (t) => {
  const first = adhocCall(steady(2, { payload: LOUD }));
  const second = adhocCall(steady(1, { ssrc: 8, payload: LOUD }), 1009);
  const { samples } = await sound(t, { answer: Buffer.concat([first, second]) }, { dense: true });
  assert.deepEqual(runs(samples), [[LOUD_SAMPLE / 2, 480]]);
});

test('two streams of a side at once are halved', async (t) => {
  const packets = [0, 1].flatMap((index) =>
    [7, 8].map((ssrc) =>
      adhocRecord(rtp({ ssrc, sequence: index, timestamp: index * 160, payload: LOUD }), 1000 + index / 50),
    ),
  );
  const { samples } = await sound(t, { answer: Buffer.concat(packets) }, { stereo: true });
  assert.deepEqual(runs(samples.filter((_, index) => index % 2 === 0)), [[LOUD_SAMPLE, 320]]);
});

test('a jump of the clock is left out', async (t) => {
  const packets = steady(20, { payload: LOUD });
  const year = 365 * 86400;
  const answer = Buffer.concat([adhocCall(packets.slice(0, 10), 0), adhocCall(packets.slice(10), 56 * year)]);
  const { samples, jumped } = await sound(t, { answer });
  assert.equal(Math.round(jumped), 56 * year);
  assert.deepEqual(runs(samples), [[LOUD_SAMPLE / 2, 3200]]);
  // Not while the other side speaks.
  const hour = adhocCall([...packets.slice(0, 10)], 5);
  const others = Array.from({ length: 5 }, (_, index) =>
    adhocCall(steady(1, { ssrc: 9, sequence: index }), index * 2000),
  );
  assert.equal(
    (
      await sound(t, {
        answer: Buffer.concat([hour, adhocCall(packets.slice(10), 8000)]),
        originate: Buffer.concat(others),
      })
    ).jumped,
    0,
  );
});

test('a packet that is thousands of packets late is left out and told, one of a second is not', async (t) => {
  const packets = steady(3000);
  const moved = (from: number, to: number): RtpFields[] => {
    const order = [...packets];
    order.splice(to, 0, ...order.splice(from, 1));
    return order;
  };
  const far = await sound(t, { answer: adhocCall(moved(10, 2900)) });
  assert.deepEqual([far.late, far.samples.length], [1, 3000 * 160]);
  assert.deepEqual(runs(far.samples), [
    [QUIET_SAMPLE / 2, 1600],
    [0, 160],
    [QUIET_SAMPLE / 2, 2989 * 160],
  ]);
  assert.equal((await sound(t, { answer: adhocCall(moved(10, 60)) })).late, 0);
});

test('a stream that begins anew is heard behind what was before', async (t) => {
  const before = steady(3000, { sequence: 30_000, timestamp: 5_000_000 });
  const after = steady(50, { payload: LOUD });
  const { samples, late } = await sound(t, { answer: adhocCall([...before, ...after]) });
  assert.equal(late, 0);
  assert.deepEqual(runs(samples), [
    [QUIET_SAMPLE / 2, 3000 * 160],
    [LOUD_SAMPLE / 2, 50 * 160],
  ]);
});

test('of hundreds of streams at once the longest are decoded, and how many packets are not is told', async (t) => {
  const packets = Array.from({ length: 4 * 200 }, (_, index) =>
    adhocRecord(
      rtp({ ssrc: index % 200, sequence: Math.floor(index / 200), timestamp: 160 * Math.floor(index / 200) }),
      1000,
    ),
  );
  const { warnings, answer } = await sound(t, { answer: Buffer.concat(packets) });
  assert.deepEqual(warnings, [`too many SSRCs: ${4 * (200 - 32)} packets of those with the fewest are left out`]);
  assert.equal(answer, 4 * 32 * 160);
});

test('an error of the file ends it', async (t) => {
  const file = path.join(temporaryDirectory(t), 'a');
  writeFileSync(file, adhocCall(steady(2000)));
  const recording = await Recording.open(file, { compat: false });
  assert.ok(recording !== undefined);
  atEnd(t, () => recording.close());
  const sink = { write: () => Promise.reject(new Error('full')), close: async () => {}, abandon: async () => {} };
  const each = { side: 'answer', recording, survey: await survey(recording, () => {}) } as const;
  await assert.rejects(decodeStreams([each], sink, { stereo: false, dense: false }, ownDecoders), /^Error: full$/);
});
