import { Recording } from '../captures/recording.ts';
import { parseSrtpKey } from '../captures/srtp-key.ts';
import { type DecodedSamples, decodeStreams, type SurveyedRecording } from './decode-streams.ts';
import type { Container, Encoding } from './formats.ts';
import { decoders } from './library-codecs.ts';
import { missingCodecs, missingForFile } from './missing-library.ts';
import type { Side } from './mixer.ts';
import { createAudioFile } from './open-audio.ts';
import { isSameFile } from './same-file.ts';
import { survey } from './survey.ts';

export interface DecodeRecordingOptions {
  /** Recordings of the answering and the originating party; one of them may be missing. */
  readonly answer?: string;
  readonly originate?: string;
  /** The audio file. */
  readonly output: string;
  /** Default `wav`. */
  readonly container?: Container;
  /** Default `pcm_16`. */
  readonly encoding?: Encoding;
  /** The answering party on the left, the originating one on the right; default: both are mixed. */
  readonly stereo?: boolean;
  /** Silence is left out, and the streams of a party follow one another. */
  readonly dense?: boolean;
  /** `SUITE:KEY` as in an SDP, when packets are SRTP in pcap files. */
  readonly answerKey?: string;
  readonly originateKey?: string;
  /** Hears of packets that are left out, and why a recording ends before its file does. */
  readonly onFlaw?: (text: string) => void;
}

/** What was decoded; nothing was written when there was nothing to decode. */
export interface DecodedRecording extends DecodedSamples {
  readonly seconds: number;
}

const RATE = 8000;

/**
 * Decodes recordings, ad-hoc or pcap, into an audio file of 8000 Hz.
 *
 * @throws MissingLibraryError, before anything is written; Error when there is no such format, no recording, or the output is one
 *   of them; CaptureError, SrtpKeyError, and the system's errors
 */
export async function decodeRecording(options: DecodeRecordingOptions): Promise<DecodedRecording> {
  const { output, container = 'wav', encoding = 'pcm_16', stereo = false, dense = false } = options;
  const recordings: SurveyedRecording[] = [];
  await refuseRecordings(options);
  try {
    await open(options, recordings);
    if (recordings.every((each) => each.survey.streams.length === 0)) {
      return { answer: 0, originate: 0, late: 0, written: 0, jumped: 0, seconds: 0 };
    }
    const missing = missingCodecs(recordings.flatMap(({ survey: { payloadTypes } }) => [...payloadTypes]));
    if (missing !== undefined) throw missing;
    const format = { container, encoding, channels: stereo ? 2 : 1 } as const;
    const sink = await createAudioFile(output, format);
    if (sink === undefined) throw missingForFile(format) ?? new Error(`${encoding} in ${container} cannot be written`);
    let decoded: DecodedSamples;
    try {
      decoded = await decodeStreams(recordings, sink, { stereo, dense }, decoders);
    } catch (error) {
      await sink.abandon();
      throw error;
    }
    await sink.close();
    return { ...decoded, seconds: decoded.written / (stereo ? 2 * RATE : RATE) };
  } finally {
    for (const { recording } of recordings) await recording.close();
  }
}

/** The output must not be one of the recordings, which it would empty. */
async function refuseRecordings({ answer, originate, output }: DecodeRecordingOptions): Promise<void> {
  if (answer === undefined && originate === undefined) throw new Error('no recording is given');
  for (const path of [answer, originate]) {
    if (path !== undefined && (await isSameFile(path, output))) throw new Error(`${output} is one of the recordings`);
  }
}

async function open(options: DecodeRecordingOptions, recordings: SurveyedRecording[]): Promise<void> {
  const { answer, originate, answerKey, originateKey, onFlaw = () => {} } = options;
  const sides: [Side, string | undefined, string | undefined][] = [
    ['answer', answer, answerKey],
    ['originate', originate, originateKey],
  ];
  for (const [side, path, key] of sides) {
    if (path === undefined) continue;
    const recording = await Recording.open(path, {
      compat: false,
      key: key === undefined ? undefined : parseSrtpKey(key),
    });
    if (recording === undefined) continue;
    const found = await survey(recording, onFlaw);
    if (found.fault !== undefined) onFlaw(`${path}: the recording is ${found.fault.kind}`);
    recordings.push({ side, recording, survey: found });
  }
}
