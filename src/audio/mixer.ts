import { SAMPLE_RATE } from './payload-types.ts';
import type { StreamSource } from './stream-source.ts';

/** The party whose packets a recording has: the answering one (`.a.rtp`), or the originating one (`.o.rtp`). */
export type Side = 'answer' | 'originate';

/** A stream for the mixer. */
export interface MixedStream {
  readonly side: Side;
  readonly foundAt: number;
  readonly startsAt: number;
  readonly source: StreamSource;
}

/** A block of sound of both sides; where a side is silent it has zeros. */
export interface Block {
  readonly answer: Int16Array;
  readonly originate: Int16Array;
  readonly frames: number;
}

/** Frames of a block. */
export const BLOCK = 65_536;

/**
 * In the order of their time. A stream goes before those of an equal time that were there, as in the C tools; with three
 * or more streams at a time the order can be heard.
 */
export function insertByTime<T>(list: T[], stream: T, timeOf: (stream: T) => number): void {
  let at = list.length;
  while (at > 0) {
    const before = list[at - 1];
    if (before === undefined || timeOf(before) < timeOf(stream)) break;
    at--;
  }
  list.splice(at, 0, stream);
}

/** A side of a block while it is being mixed. */
class Sum {
  readonly samples = new Int16Array(BLOCK);
  /** So many frames have a stream in them already. */
  #mixed = 0;

  clear(): void {
    this.samples.fill(0, 0, this.#mixed);
    this.#mixed = 0;
  }

  /** Each stream beyond the first one halves the sum, as in the C tools, so that it fits in 16 bits. */
  add(stream: Int16Array, end: number): void {
    const halved = Math.min(this.#mixed, end);
    const { samples } = this;
    for (let i = 0; i < halved; i++) samples[i] = ((samples[i] ?? 0) + (stream[i] ?? 0)) / 2;
    samples.set(stream.subarray(halved, end), halved);
    this.#mixed = Math.max(this.#mixed, end);
  }
}

/** What was mixed. */
export interface MixedSamples {
  /** Samples that the sides had, counted for each stream. */
  answer: number;
  originate: number;
  /** Packets that came too late for their place; they are left out. */
  late: number;
}

/** Puts the streams of both sides together, a block at a time. */
export class Mixer {
  readonly counts: MixedSamples = { answer: 0, originate: 0, late: 0 };
  readonly #sums: Readonly<Record<Side, Sum>> = { answer: new Sum(), originate: new Sum() };
  readonly #samples = new Int16Array(BLOCK);
  /** In the order of `foundAt`: those that have not begun, nothing else. What has ended is forgotten. */
  readonly #streams: MixedStream[] = [];

  constructor(streams: readonly MixedStream[]) {
    for (const stream of streams) insertByTime(this.#streams, stream, ({ foundAt }) => foundAt);
  }

  /** The streams at the times when they came, with the silence before them. */
  async *inTime(): AsyncGenerator<Block, void, void> {
    const base = this.#streams.reduce((least, { startsAt }) => Math.min(least, startsAt), Number.POSITIVE_INFINITY);
    const beginOf = ({ startsAt }: MixedStream) => Math.trunc((startsAt - base) * SAMPLE_RATE);
    // The next one is the last: what begins is forgotten here.
    const waiting = this.#streams.splice(0).sort((a, b) => beginOf(a) - beginOf(b));
    waiting.reverse();
    const active: MixedStream[] = [];
    let at = 0;
    while (waiting.length + active.length > 0) {
      let coming = waiting.at(-1);
      for (; coming !== undefined && beginOf(coming) <= at; coming = waiting.at(-1)) {
        waiting.pop();
        insertByTime(active, coming, ({ startsAt }) => startsAt);
      }
      const next = Math.min(at + BLOCK, coming === undefined ? Number.POSITIVE_INFINITY : beginOf(coming));
      let frames = coming === undefined ? 0 : next - at;
      for (const stream of [...active]) {
        const end = await this.#read(stream, 0, next - at);
        this.#sums[stream.side].add(this.#samples, end);
        frames = Math.max(frames, end);
        if (end < next - at) active.splice(active.indexOf(stream), 1);
      }
      yield* this.#take(frames);
      at = next;
    }
  }

  /** The streams of each side one after the other, without any silence. */
  async *oneAfterAnother(): AsyncGenerator<Block, void, void> {
    const streams = this.#streams.splice(0);
    const queues = {
      answer: streams.filter(({ side }) => side === 'answer'),
      originate: streams.filter(({ side }) => side === 'originate'),
    };
    streams.length = 0;
    let frames = 1;
    while (frames > 0) {
      frames = Math.max(await this.#fill(queues.answer), await this.#fill(queues.originate));
      yield* this.#take(frames);
    }
  }

  async #fill(queue: MixedStream[]): Promise<number> {
    let end = 0;
    for (let stream = queue[0]; stream !== undefined && end < BLOCK; stream = queue[0]) {
      end = await this.#read(stream, end, BLOCK);
      if (end < BLOCK) queue.shift();
      this.#sums[stream.side].clear();
      this.#sums[stream.side].add(this.#samples, end);
    }
    return end;
  }

  /** Reads a stream until there is enough, or it ends. */
  async #read(stream: MixedStream, start: number, wanted: number): Promise<number> {
    const { source, side } = stream;
    let end = start;
    for (;;) {
      while (source.isHungry) await source.feed();
      end = source.read(this.#samples, end, wanted);
      if (end === wanted || !source.isHungry) break;
    }
    this.counts[side] += end - start;
    if (end < wanted) this.counts.late += source.late;
    return end;
  }

  *#take(frames: number): Generator<Block, void, void> {
    const { answer, originate } = this.#sums;
    if (frames > 0) yield { answer: answer.samples, originate: originate.samples, frames };
    answer.clear();
    originate.clear();
  }
}
