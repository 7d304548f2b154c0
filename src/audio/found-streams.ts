import type { CapturedPacket } from '../captures/packet.ts';
import { PacketQueue, reorderDepth } from './packet-queue.ts';
import type { StreamExtent } from './stream-source.ts';

/** Streams that are decoded of those that a recording has at a time: each of them is read by itself. */
const MOST_AT_A_TIME = 32;
const MOST_IN_ALL = 4096;

/** An SSRC of a recording, as the mixer has to know it before it begins. */
export interface FoundStream extends StreamExtent {
  /** Unix time of the packet that was there first in the file, which puts the streams in order. */
  readonly foundAt: number;
  /** Unix time of the packet that is played first. */
  readonly startsAt: number;
  /** Unix time of the latest packet. */
  readonly endsAt: number;
  /** Packets that are played, and about how many samples they have. */
  readonly packets: number;
  readonly samples: number;
}

/** The streams that are decoded. */
export interface ChosenStreams {
  readonly streams: readonly FoundStream[];
  /** As many as there are at a time at most. */
  readonly atATime: number;
  /** Packets of the other streams. */
  readonly leftOut: number;
}

/** What of a packet says where it belongs. */
type Beginning = Pick<CapturedPacket, 'sequence' | 'timestamp' | 'time'>;

/** A stream that is not complete. Which packet is played first is known when as many came as can change places. */
interface Stream {
  readonly ssrc: number;
  readonly from: number;
  end: number;
  readonly foundAt: number;
  startsAt: number;
  endsAt: number;
  packets: number;
  samples: number;
  beginning: PacketQueue<Beginning> | undefined;
}

/** Finds the streams of a recording. */
export class FoundStreams {
  /** In the order in which they begin. */
  readonly #streams = new Map<number, Stream>();
  /** The stream of the packet before. */
  #latest: Stream | undefined;
  #crowded = 0;

  /** Takes a packet of so many samples, in the order of the file; false when it is not played. */
  add({ ssrc, sequence, timestamp, time, offset }: CapturedPacket, samples: number): boolean {
    this.endAt(offset);
    this.#latest = undefined;
    let stream = this.#streams.get(ssrc);
    if (stream === undefined) {
      if (this.#streams.size === MOST_IN_ALL) {
        this.#crowded++;
        return false;
      }
      stream = {
        ...{ ssrc, from: offset, end: Number.POSITIVE_INFINITY, foundAt: time, startsAt: time, endsAt: time },
        ...{ packets: 0, samples: 0, beginning: new PacketQueue() },
      };
      this.#streams.set(ssrc, stream);
    }
    this.#latest = stream;
    stream.end = Number.POSITIVE_INFINITY;
    const { beginning } = stream;
    if (beginning?.add({ sequence, timestamp, time }) === false) return false;
    stream.packets++;
    stream.samples += samples;
    stream.endsAt = Math.max(stream.endsAt, time);
    if (beginning === undefined) return true;
    stream.startsAt = beginning.peek()?.time ?? time;
    if (beginning.length >= reorderDepth(this.#streams.size)) stream.beginning = undefined;
    return true;
  }

  /** The recording is not followed beyond that place. */
  endAt(offset: number): void {
    if (this.#latest !== undefined) this.#latest.end = offset;
  }

  /** Those that are decoded: of too many at a time the ones with the fewest packets are left out. */
  choose(): ChosenStreams {
    const chosen = new Set(this.#streams.values());
    let active: Stream[] = [];
    let atATime = 0;
    let leftOut = this.#crowded;
    for (const stream of this.#streams.values()) {
      active = active.filter(({ end }) => end > stream.from);
      active.push(stream);
      if (active.length > MOST_AT_A_TIME) {
        const least = active.reduce((a, b) => (b.packets < a.packets ? b : a));
        active = active.filter((each) => each !== least);
        chosen.delete(least);
        leftOut += least.packets;
      }
      atATime = Math.max(atATime, active.length);
    }
    const streams = [...chosen].map(({ beginning: _, ...stream }) => stream);
    return { streams, atATime, leftOut };
  }
}
