import type { CapturedPacket } from '../captures/packet.ts';
import type { PacketBatch, Recording } from '../captures/recording.ts';
import { PacketQueue } from './packet-queue.ts';
import { MOST_SAMPLES, type StreamDecoder } from './payload-decoder.ts';
import { sampleCount } from './payload-types.ts';
import { Timeline } from './timeline.ts';

/** How a stream is read. */
export interface StreamManner {
  /** How many packets can change places. */
  readonly depth: number;
  /** Silence is left out. */
  readonly dense: boolean;
  /** Turns the times of the recording, in seconds, into those of the sound. */
  readonly clock: (time: number) => number;
}

/** The packets of one SSRC in a recording. */
export interface StreamExtent {
  readonly ssrc: number;
  /** Where its first record begins in the file, and the one behind its last. */
  readonly from: number;
  readonly end: number;
}

/** The sound of one SSRC, read from the recording as it is asked for. */
export class StreamSource {
  readonly #extent: StreamExtent;
  readonly #batches: AsyncGenerator<PacketBatch, void, void>;
  readonly #decoder: StreamDecoder;
  readonly #manner: StreamManner;
  readonly #queue = new PacketQueue<CapturedPacket>();
  #decoded = new Int16Array(0);
  /** What of `#decoded` is still to be given out. */
  #at = 0;
  #end = 0;
  #silence = 0;
  #timeline: Timeline | undefined;
  #finished = false;

  constructor(recording: Recording, extent: StreamExtent, decoder: StreamDecoder, manner: StreamManner) {
    this.#extent = extent;
    this.#batches = recording.batches(extent.from, extent.end);
    this.#decoder = decoder;
    this.#manner = manner;
  }

  /** Packets that came too late for their place, and were left out. */
  get late(): number {
    return this.#queue.late;
  }

  /** Reads on until the next packet can be told. To be awaited before `read` as long as it is true. */
  get isHungry(): boolean {
    return !this.#finished && this.#queue.length < this.#manner.depth;
  }

  /** Takes a part of the recording in. */
  async feed(): Promise<void> {
    const { value, done } = await this.#batches.next();
    if (done === true) {
      this.#finished = true;
      return;
    }
    const { ssrc, from, end } = this.#extent;
    const packets: CapturedPacket[] = [];
    for (const packet of value.packets) {
      if (typeof packet === 'string' || packet.ssrc !== ssrc || packet.incomplete) continue;
      if (packet.offset < from || packet.offset >= end) continue;
      if (sampleCount(packet.payloadType, packet.bytes, packet.start, packet.end) > 0) packets.push(packet);
    }
    for (const packet of tight(packets)) this.#queue.add(packet);
  }

  /**
   * Gives samples out, silence included, from `start` on and at most up to `end`; behind the last one it has. Less than
   * asked for: it is hungry, or at its end.
   */
  read(samples: Int16Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (this.#silence > 0) {
        const count = Math.min(this.#silence, end - at);
        samples.fill(0, at, at + count);
        this.#silence -= count;
        at += count;
      } else if (this.#at < this.#end) {
        const count = Math.min(this.#end - this.#at, end - at);
        samples.set(this.#decoded.subarray(this.#at, this.#at + count), at);
        this.#at += count;
        at += count;
      } else if (this.isHungry || !this.#advance()) {
        break;
      }
    }
    return at;
  }

  /** Silence or the next packet; false when there is none. */
  #advance(): boolean {
    const packet = this.#queue.peek();
    if (packet === undefined) return false;
    const time = this.#manner.clock(packet.time);
    this.#timeline ??= new Timeline(packet.timestamp, time);
    const silence = this.#timeline.silenceBefore(packet.timestamp, time);
    if (silence > 0) {
      if (!this.#manner.dense) this.#silence = silence;
      return true;
    }
    this.#queue.shift();
    if (this.#decoded.length === 0) this.#decoded = new Int16Array(MOST_SAMPLES);
    this.#at = 0;
    this.#end = this.#decoder.decode(packet, this.#decoded);
    this.#timeline.played(this.#end);
    return true;
  }

  /** Ends the reading of the recording. */
  async close(): Promise<void> {
    await this.#batches.return();
  }
}

/** What is decoded of a payload at most: a byte of any codec makes a sample or more. */
const MOST_BYTES = MOST_SAMPLES;

/**
 * The packets of a part of a recording, which stays in memory as long as one of them does. Where most of it is of other
 * streams they get a place of their own.
 */
function tight(packets: readonly CapturedPacket[]): readonly CapturedPacket[] {
  const [first] = packets;
  const sizeOf = ({ start, end }: CapturedPacket): number => Math.min(end - start, MOST_BYTES);
  const size = packets.reduce((sum, packet) => sum + sizeOf(packet), 0);
  if (first === undefined || 2 * size >= first.bytes.length) return packets;
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  return packets.map((packet) => {
    const start = at;
    at += sizeOf(packet);
    bytes.set(packet.bytes.subarray(packet.start, packet.start + at - start), start);
    return { ...packet, bytes, start, end: at };
  });
}
