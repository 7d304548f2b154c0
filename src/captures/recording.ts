import { CaptureFile, type CaptureOptions } from './capture-file.ts';
import type { CapturedPacket, CaptureFault } from './packet.ts';
import { parseRtp, type RtpFlaw } from './rtp-header.ts';
import { SrtpReceiver } from './srtp.ts';
import type { SrtpKey } from './srtp-key.ts';

/** Shorter datagrams are left out. */
const SHORTEST_RTP = 12;

/** What a record came to: an RTP packet, or why it is none. */
export type PacketOrFlaw = CapturedPacket | RtpFlaw | 'decryption failed';

export interface PacketBatch {
  readonly packets: readonly PacketOrFlaw[];
  /** Where the next batch begins. */
  readonly next: number;
  readonly skippedIpv6: number;
  readonly foreign?: number;
  readonly fault?: CaptureFault;
}

export interface RecordingOptions extends CaptureOptions {
  /** Packets are SRTP of this key. It is not asked for in ad-hoc files, as in the C tools. */
  readonly key?: SrtpKey | undefined;
}

/** The RTP packets of a recording, as many times as they are asked for. */
export class Recording {
  readonly #file: CaptureFile;
  readonly #key: SrtpKey | undefined;

  private constructor(file: CaptureFile, key: SrtpKey | undefined) {
    this.#file = file;
    this.#key = file.format === 'pcap' ? key : undefined;
  }

  /** Opens a recording; undefined when it is empty. @throws CaptureError, and the system's errors */
  static async open(path: string, options: RecordingOptions): Promise<Recording | undefined> {
    const file = await CaptureFile.open(path, options);
    return file === undefined ? undefined : new Recording(file, options.key);
  }

  get size(): number {
    return this.#file.size;
  }

  /** Packets in the order of the file. From a place within only plain RTP can be read: SRTP needs what came before. */
  async *batches(from?: number, until?: number): AsyncGenerator<PacketBatch, void, void> {
    const receiver = this.#key === undefined ? undefined : new SrtpReceiver(this.#key);
    const start = receiver === undefined ? from : undefined;
    for await (const batch of this.#file.batches(start, until)) {
      const packets: PacketOrFlaw[] = [];
      for (const record of batch.records) {
        if (record.end - record.start < SHORTEST_RTP) continue;
        const plain = receiver === undefined ? record : receiver.unprotect(record);
        packets.push(plain === undefined ? 'decryption failed' : parseRtp(plain));
      }
      yield { ...batch, packets };
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
