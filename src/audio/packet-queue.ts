/** What puts packets in order. */
interface Placed {
  /** 0 to 65535. */
  readonly sequence: number;
  /** RTP time stamp, 32 bits unsigned. */
  readonly timestamp: number;
}

const MOST_DEPTH = 2048;
/** So many packets are gone before their places are, too. */
const MOST_GONE = 256;
/** Packets of a recording that wait for their turn, of all its streams. */
const MOST_WAITING = 16_384;
const SEQUENCES = 0x10000;

/**
 * How many packets of a stream can still change places, in a recording that has so many streams at a time. So a recording of any
 * length takes little memory; the C tool, which has all packets in memory, lets any packet go to any place.
 */
export function reorderDepth(streams: number): number {
  return Math.min(MOST_DEPTH, Math.floor(MOST_WAITING / streams));
}

/** The packets of one SSRC, put in order: by sequence number and time stamp, without copies (as in the C tools). */
export class PacketQueue<T extends Placed> {
  readonly #packets: T[] = [];
  /** The packets before it are gone. */
  #first = 0;
  /** Packets before it are of an earlier life of the stream, which nothing is placed among. */
  #life = 0;
  #gone: T | undefined;
  #late = 0;
  /** The latest packet that came too late, which may be the first one of a new life. */
  #latest: T | undefined;

  get length(): number {
    return this.#packets.length - this.#first;
  }

  /** Packets that came too late and were left out. */
  get late(): number {
    return this.#late;
  }

  /**
   * Puts a packet where it belongs. False: its sequence number is there, or it belongs before a packet that is gone. Two of
   * the latter in a row are a stream that has begun anew, which is heard behind what was before (RFC 3550 A.1).
   */
  add(packet: T): boolean {
    const packets = this.#packets;
    const first = Math.max(this.#first, this.#life);
    for (let at = packets.length - 1; at >= first; at--) {
      const other = packets[at];
      if (other === undefined) break;
      if (other.sequence === packet.sequence) return false;
      if (isAfter(packet, other)) {
        if (at === packets.length - 1) packets.push(packet);
        else packets.splice(at + 1, 0, packet);
        return true;
      }
    }
    if (this.#gone === undefined || this.#life >= this.#first || isAfter(packet, this.#gone)) {
      packets.splice(first, 0, packet);
      return true;
    }
    const before = this.#latest;
    if (before === undefined || (before.sequence + 1) % SEQUENCES !== packet.sequence) {
      this.#latest = packet;
      this.#late++;
      return false;
    }
    this.#latest = undefined;
    this.#late--;
    this.#life = packets.length;
    packets.push(before, packet);
    return true;
  }

  /** The packet that is next. */
  peek(): T | undefined {
    return this.#packets[this.#first];
  }

  shift(): T | undefined {
    const packet = this.#packets[this.#first];
    if (packet === undefined) return undefined;
    this.#gone = packet;
    this.#first++;
    if (this.#first >= MOST_GONE) {
      this.#packets.splice(0, this.#first);
      this.#life -= this.#first;
      this.#first = 0;
    }
    return packet;
  }
}

function isAfter(packet: Placed, other: Placed): boolean {
  return other.timestamp < packet.timestamp || other.sequence < packet.sequence;
}
