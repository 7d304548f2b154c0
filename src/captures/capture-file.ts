import { type FileHandle, open } from 'node:fs/promises';
import { parseAdhoc } from './adhoc.ts';
import { CaptureError, type CaptureFault, type RecordBatch, type RecordParser } from './packet.ts';
import { PCAP_HEADER, PCAP_MAGIC, pcapParser } from './pcap.ts';

/** What is read at once. A record that is longer gets a longer read. */
const PART = 256 * 1024;

/** How far a parser looks beyond the beginning of a record, to tell whether it is complete. */
const MARGIN = 64;

/** How a capture is read. */
export interface CaptureOptions {
  /** As the C tools: packets of IPv6 in pcap files are left out, and captures of other formats are taken for ad-hoc ones. */
  readonly compat: boolean;
}

/** Formats that are none of ours, by the first four bytes. */
const OTHER_FORMATS: ReadonlyMap<number, string> = new Map([
  [0x0a0d0d0a, 'pcapng'],
  [0xd4c3b2a1, 'pcap in the byte order of another machine'],
  [0xa1b23c4d, 'pcap with nanoseconds'],
  [0x4d3cb2a1, 'pcap with nanoseconds, in the byte order of another machine'],
]);

/** A capture of datagrams, ad-hoc or pcap, of which a part at a time is in memory. */
export class CaptureFile {
  readonly size: number;
  readonly format: 'adhoc' | 'pcap';
  readonly #file: FileHandle;
  readonly #parse: RecordParser;
  /** Where the first record begins. */
  readonly #first: number;

  private constructor(file: FileHandle, size: number, head: Buffer, options: CaptureOptions) {
    this.#file = file;
    this.size = size;
    const magic = head.length >= 4 ? head.readUInt32LE(0) : undefined;
    const other = magic === undefined || options.compat ? undefined : OTHER_FORMATS.get(magic);
    if (other !== undefined) throw new CaptureError(`${other} is not read; editcap -F pcap makes what is`);
    const pcap = magic === PCAP_MAGIC;
    this.format = pcap ? 'pcap' : 'adhoc';
    this.#parse = pcap ? pcapParser(head, !options.compat) : parseAdhoc;
    this.#first = pcap ? PCAP_HEADER : 0;
  }

  /**
   * Opens a capture; undefined when it has nothing in it.
   *
   * @throws CaptureError, and the system's errors
   */
  static async open(path: string, options: CaptureOptions): Promise<CaptureFile | undefined> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > 0) {
        const head = Buffer.alloc(PCAP_HEADER);
        const { bytesRead } = await file.read(head, 0, head.length, 0);
        return new CaptureFile(file, size, head.subarray(0, bytesRead), options);
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
    return undefined;
  }

  /** Its records in their order, from one that begins at `from` to the last that begins before `until`. */
  async *batches(from = this.#first, until = this.size): AsyncGenerator<RecordBatch, void, void> {
    let offset = from;
    const lengthHere = (): number => Math.min(PART, until - offset + MARGIN);
    let length = lengthHere();
    while (offset < Math.min(until, this.size)) {
      const part = Buffer.allocUnsafe(Math.min(length, this.size - offset));
      const { bytesRead } = await this.#file.read(part, 0, part.length, offset);
      // What was cut off while it was read ends there.
      const last = bytesRead < part.length || offset + bytesRead === this.size;
      const batch = this.#parse(part.subarray(0, bytesRead), offset, last);
      if (batch.next === offset && batch.fault === undefined && !last) {
        length *= 2;
        continue;
      }
      const beyond: CaptureFault | undefined = batch.next > this.size ? { kind: 'misaligned' } : undefined;
      const fault = batch.fault ?? beyond;
      yield fault === undefined ? batch : { ...batch, fault };
      if (fault !== undefined || bytesRead === 0) return;
      offset = batch.next;
      length = lengthHere();
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
