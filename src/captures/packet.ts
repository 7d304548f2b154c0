/** Where in a buffer something stands: `end` is behind it. */
export interface Extent {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** One record of a capture: what came in one datagram, and when. */
export interface CaptureRecord extends Extent {
  /** Unix time, in seconds. */
  readonly time: number;
  /** Where the record begins in the file. */
  readonly offset: number;
  /** The file ends within it; what is missing is zeros. */
  readonly incomplete: boolean;
}

/** An RTP packet of a recording. `start` to `end` is its payload, without padding. */
export interface CapturedPacket extends CaptureRecord {
  readonly payloadType: number;
  readonly marker: boolean;
  /** 0 to 65535. */
  readonly sequence: number;
  /** RTP time stamp, 32 bits unsigned. */
  readonly timestamp: number;
  readonly ssrc: number;
}

/** Where a capture stops being one; what stands before it is good. */
export type CaptureFault =
  /** The last record of an ad-hoc file lacks that many bytes. */
  | { readonly kind: 'cut'; readonly missing: number }
  /** The last record does not end where the file does. */
  | { readonly kind: 'misaligned' }
  /** A record of a pcap file is cut off, or shorter than its headers. */
  | { readonly kind: 'broken' };

/** Why a capture cannot be read at all; what the C tools refuse, too, is in their words. */
export class CaptureError extends Error {}

/** Records that stand one behind the other. */
export interface RecordBatch {
  readonly records: readonly CaptureRecord[];
  /** Where the next batch begins; behind the end of the file when the last record says so. */
  readonly next: number;
  /** Packets of IPv6 among what was left out. */
  readonly skippedIpv6: number;
  /** Frames that are neither IPv4 nor IPv6, and are left out: ARP, tags of a VLAN. */
  readonly foreign?: number;
  readonly fault?: CaptureFault;
}

/**
 * Takes records off a part of a file. `offset` is where the part begins, `last` says that the file ends with it. What is
 * not complete is left to the next part, which begins at `next`.
 */
export type RecordParser = (part: Buffer, offset: number, last: boolean) => RecordBatch;
