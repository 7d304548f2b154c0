import type { Recording } from '../captures/recording.ts';
import type { AudioSink } from './audio-file.ts';
import { BLOCK, type Block, type MixedSamples, type MixedStream, Mixer, type Side } from './mixer.ts';
import { reorderDepth } from './packet-queue.ts';
import { type DecoderFactory, StreamDecoder } from './payload-decoder.ts';
import { SAMPLE_RATE } from './payload-types.ts';
import { StreamSource } from './stream-source.ts';
import type { Survey } from './survey.ts';
import { TimeSpans } from './time-spans.ts';

/** A recording of one side of a call, and what is known of it. */
export interface SurveyedRecording {
  readonly side: Side;
  readonly recording: Recording;
  readonly survey: Survey;
}

export interface DecodeManner {
  /** The answering side on the left, the originating one on the right; otherwise both are mixed. */
  readonly stereo: boolean;
  /** Streams of a side follow one another, and silence is left out. */
  readonly dense: boolean;
}

/** What was decoded. */
export interface DecodedSamples extends MixedSamples {
  /** Samples of all channels that were written. */
  readonly written: number;
  /** Seconds in which no recording has a packet for so long that its clock has jumped; they are left out. */
  readonly jumped: number;
}

/** Decodes recordings into an audio file, which stays open. `onFrames` hears how many frames there are by now. */
export async function decodeStreams(
  recordings: readonly SurveyedRecording[],
  sink: AudioSink,
  manner: DecodeManner,
  decoders: DecoderFactory,
  onFrames: (frames: number) => void = () => {},
): Promise<DecodedSamples> {
  const times = timesOf(recordings);
  const mixer = new Mixer(recordings.flatMap((each) => mixedStreams(each, manner, times.clock(), decoders)));
  let frames = 0;
  // While a block is being written the next one is made.
  let [samples, spare] = [new Int16Array(2 * BLOCK), new Int16Array(2 * BLOCK)];
  let writing = Promise.resolve();
  for await (const block of manner.dense ? mixer.oneAfterAnother() : mixer.inTime()) {
    const length = manner.stereo ? sideBySide(block, samples) : mixed(block, samples);
    await writing;
    writing = sink.write(samples.subarray(0, length));
    writing.catch(() => {});
    [samples, spare] = [spare, samples];
    frames += block.frames;
    onFrames(frames);
  }
  await writing;
  return { ...mixer.counts, written: manner.stereo ? 2 * frames : frames, jumped: times.leftOut };
}

function mixedStreams(
  { side, recording, survey }: SurveyedRecording,
  { dense }: DecodeManner,
  clock: (time: number) => number,
  decoders: DecoderFactory,
): MixedStream[] {
  const manner = { dense, clock, depth: reorderDepth(survey.atATime) };
  return survey.streams.map((stream) => {
    const source = new StreamSource(recording, stream, new StreamDecoder(decoders), manner);
    return { side, foundAt: clock(stream.foundAt), startsAt: clock(stream.startsAt), source };
  });
}

/** When packets of any of the recordings came. */
function timesOf(recordings: readonly SurveyedRecording[]): TimeSpans {
  const times = new TimeSpans();
  for (const { survey } of recordings) times.addAll(survey.times);
  return times;
}

/** About how many frames recordings will come to. */
export function expectedFrames(recordings: readonly SurveyedRecording[], dense: boolean): number {
  if (dense) {
    return Math.max(...recordings.map(({ survey }) => survey.streams.reduce((sum, { samples }) => sum + samples, 0)));
  }
  const streams = recordings.flatMap(({ survey }) => survey.streams);
  const begin = streams.reduce((least, { startsAt }) => Math.min(least, startsAt), Number.POSITIVE_INFINITY);
  const end = streams.reduce((most, { endsAt }) => Math.max(most, endsAt), Number.NEGATIVE_INFINITY);
  const clock = timesOf(recordings).clock();
  return (clock(end) - clock(begin)) * SAMPLE_RATE;
}

/** Both fill `samples`, and tell how many they made. */
function sideBySide({ answer, originate, frames }: Block, samples: Int16Array): number {
  for (let i = 0; i < frames; i++) {
    samples[2 * i] = answer[i] ?? 0;
    samples[2 * i + 1] = originate[i] ?? 0;
  }
  return 2 * frames;
}

function mixed({ answer, originate, frames }: Block, samples: Int16Array): number {
  for (let i = 0; i < frames; i++) samples[i] = ((answer[i] ?? 0) + (originate[i] ?? 0)) / 2;
  return frames;
}
