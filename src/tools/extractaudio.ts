import { link, unlink } from 'node:fs/promises';
import type { AudioSink } from '../audio/audio-file.ts';
import { type DecodedSamples, decodeStreams, expectedFrames, type SurveyedRecording } from '../audio/decode-streams.ts';
import { decoders } from '../audio/library-codecs.ts';
import { missingCodecs, missingForFile } from '../audio/missing-library.ts';
import type { Side } from '../audio/mixer.ts';
import { createAudioFile } from '../audio/open-audio.ts';
import { isSameFile } from '../audio/same-file.ts';
import { type Survey, survey } from '../audio/survey.ts';
import { CaptureError } from '../captures/packet.ts';
import { Recording } from '../captures/recording.ts';
import type { SrtpKey } from '../captures/srtp-key.ts';
import { systemErrorText } from '../log/strerror.ts';
import { type ExtractaudioOptions, parseExtractaudioOptions } from './extractaudio-options.ts';
import { formatsText, ownFormat } from './formats-report.ts';
import { faultText, figuresText } from './recording-report.ts';
import { countRecords } from './scan.ts';
import { exitCode, ToolExit, type ToolHost } from './tool-host.ts';

/** The `extractaudio` command; the exit code. */
export async function runExtractaudio(
  args: readonly string[],
  posixlyCorrect: boolean,
  host: ToolHost,
): Promise<number> {
  try {
    const options = parseExtractaudioOptions(args, posixlyCorrect);
    if (options.formats) {
      host.out(formatsText());
      return 0;
    }
    if (options.idle) host.beIdle();
    await (options.scans ? scan(options, host) : new Extraction(options, host).run());
    return 0;
  } catch (error) {
    return exitCode(error, 'extractaudio', host);
  }
}

async function scan({ answer, originate, compat }: ExtractaudioOptions, host: ToolHost): Promise<void> {
  for (const file of [answer, originate]) {
    if (file === undefined) continue;
    const count = await countRecords(file, compat, (text) => host.err(`extractaudio: ${text}\n`));
    host.out(`${file}: ${count}\n`);
  }
}

/** One run of extractaudio: reads the recordings, writes the audio file, and then makes links and deletes. */
class Extraction {
  readonly #options: ExtractaudioOptions;
  readonly #host: ToolHost;
  readonly #recordings: SurveyedRecording[] = [];
  /** What standard output gets, unless the audio goes there. */
  #figures = '';

  constructor(options: ExtractaudioOptions, host: ToolHost) {
    this.#options = options;
    this.#host = host;
  }

  async run(): Promise<void> {
    try {
      await this.#load();
      if (this.#recordings.some((each) => each.survey.streams.length > 0)) await this.#extract();
      this.#tellFigures();
    } finally {
      for (const { recording } of this.#recordings) await recording.close();
    }
    if (this.#options.deletes) await this.#delete();
  }

  async #load(): Promise<void> {
    const { answer, originate, answerKey, originateKey, strict } = this.#options;
    const sides: [Side, string | undefined, SrtpKey | undefined][] = [
      ['answer', answer, answerKey],
      ['originate', originate, originateKey],
    ];
    let loaded = 0;
    for (const [side, file, key] of sides) {
      if (file === undefined) continue;
      if (await this.#loadSide(side, file, key)) loaded++;
      else if (strict) this.#fail(1, `cannot load ${file}`);
    }
    if (loaded === 0) this.#fail(1, `cannot load neither ${answer ?? '(null)'} nor ${originate ?? '(null)'}`);
  }

  /** False when a recording could not be read to its end; what could is decoded. */
  async #loadSide(side: Side, file: string, key: SrtpKey | undefined): Promise<boolean> {
    let recording: Recording | undefined;
    try {
      recording = await Recording.open(file, { compat: this.#options.compat, key });
    } catch (error) {
      if (error instanceof CaptureError) this.#warn(error.message);
      return false;
    }
    if (recording === undefined) return false;
    const found = await this.#survey(recording, file);
    if (found.fault !== undefined) this.#warn(faultText(found.fault, this.#packetsOf(found)));
    this.#recordings.push({ side, recording, survey: found });
    this.#figures += figuresText(found.figures);
    if (this.#options.output !== '-') this.#tellFigures();
    this.#checkKey(file, found);
    this.#checkLink(file, found);
    return found.fault === undefined;
  }

  async #survey(recording: Recording, file: string): Promise<Survey> {
    const onProgress = (offset: number): void => {
      this.#host.progress?.(Math.min(offset / recording.size, 1), `reading ${file}`);
    };
    try {
      return await survey(recording, (text) => this.#warn(text), onProgress);
    } catch (error) {
      await recording.close();
      throw error;
    }
  }

  /** Packets of a recording but for those of streams that the other one has, which the C tool takes for duplicates. */
  #packetsOf({ streams }: Survey): number {
    const known = new Set(this.#recordings.flatMap((other) => other.survey.streams.map(({ ssrc }) => ssrc)));
    return streams.reduce((sum, { ssrc, packets }) => sum + (known.has(ssrc) ? 0 : packets), 0);
  }

  /** A key with which nothing is authentic is a wrong one. */
  #checkKey(file: string, { undecrypted, records }: Survey): void {
    if (this.#options.compat || records === 0 || undecrypted < records) return;
    this.#fail(1, `${file}: none of its ${records} packets is authentic: the key or the suite is wrong`);
  }

  /** A capture in which nothing could be looked at is not one without sound: with -d it would be deleted. */
  #checkLink(file: string, { records, foreign }: Survey): void {
    if (this.#options.compat || records > 0 || foreign === 0) return;
    this.#fail(1, `${file}: none of its ${foreign} frames is IPv4 or IPv6; frames with VLAN tags are not read`);
  }

  async #extract(): Promise<void> {
    const { output, stereo, dense, links } = this.#options;
    this.#checkCodecs();
    const sink = await this.#open();
    let decoded: DecodedSamples;
    try {
      decoded = await decodeStreams(this.#recordings, sink, { stereo, dense }, decoders, this.#progress());
      await sink.close();
    } catch (error) {
      await sink.abandon();
      this.#fail(2, `${output}: ${systemErrorText(error)}`);
    }
    const { answer, originate, written, late, jumped } = decoded;
    if (late > 0) this.#warn(`${late} packets came too late for their place and are left out`);
    if (jumped > 0 && !dense) this.#warn(`no packet for ${Math.round(jumped)} seconds, which are left out`);
    // As in the C tool nothing follows the audio, which would become sound.
    if (output === '-') this.#figures = '';
    this.#host.err(`samples decoded: O: ${originate}, A: ${answer}, written: ${Math.trunc(written / 2)}\n`);
    // The last one first, and what is there already stays, as with the C tool.
    for (const name of [...links].reverse()) await link(output, name).catch(() => {});
  }

  /** What cannot be decoded would be silence, as it is in the C tool. */
  #checkCodecs(): void {
    if (this.#options.compat) return;
    const missing = missingCodecs(this.#recordings.flatMap(({ survey: { payloadTypes } }) => [...payloadTypes]));
    if (missing !== undefined) this.#fail(2, `${missing.message}; without it: --compat, with silence in its place`);
  }

  /** Shows how much is decoded, as far as that is known. */
  #progress(): ((frames: number) => void) | undefined {
    const { progress } = this.#host;
    const frames = expectedFrames(this.#recordings, this.#options.dense);
    if (progress === undefined || !(frames > 0)) return undefined;
    return (done) => progress(Math.min(done / frames, 1), `writing ${this.#options.output}`);
  }

  async #open(): Promise<AudioSink> {
    const { output, container, encoding, stereo } = this.#options;
    const format = { container, encoding, channels: stereo ? 2 : 1 } as const;
    await this.#refuseRecordings(output);
    const target = output === '-' ? this.#host.stdout : output;
    const sink = await createAudioFile(target, format).catch(() => undefined);
    if (sink !== undefined) return sink;
    const missing = missingForFile(format);
    if (missing === undefined) this.#fail(2, `${output}: can't open output file`);
    this.#fail(2, `${output}: ${missing.message}; without it: ${ownFormat(container)}`);
  }

  /** The output must not be one of the recordings, which it would empty. */
  async #refuseRecordings(output: string): Promise<void> {
    for (const file of [this.#options.answer, this.#options.originate]) {
      if (file === undefined || !(await isSameFile(file, output))) continue;
      this.#fail(2, `${output}: can't open output file, which is one of the recordings`);
    }
  }

  async #delete(): Promise<void> {
    for (const file of [this.#options.answer, this.#options.originate]) {
      if (file !== undefined) await unlink(file).catch(() => {});
    }
  }

  #tellFigures(): void {
    this.#host.out(this.#figures);
    this.#figures = '';
  }

  #warn(text: string): void {
    this.#host.err(`extractaudio: ${text}\n`);
  }

  #fail(code: number, text: string): never {
    throw new ToolExit(code, `extractaudio: ${text}\n`);
  }
}
