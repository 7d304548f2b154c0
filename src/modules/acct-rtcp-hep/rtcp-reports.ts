// Sender and receiver reports in a compound RTCP packet (RFC 3550 6.4).

/** What a source says of the packets that it gets from another one. */
export interface ReportBlock {
  readonly sourceSsrc: number;
  /** Since the last report, in 1/256. */
  readonly fractionLost: number;
  /** Negative where duplicates are more than losses. */
  readonly packetsLost: number;
  readonly highestSequence: number;
  /** RTP timestamp units. */
  readonly jitter: number;
  readonly lastSenderReport: number;
  /** 1/65536 seconds. */
  readonly delaySinceLastSenderReport: number;
}

/** What a source says of the packets that it sends. */
export interface SenderInformation {
  readonly ntpSeconds: number;
  /** 1/2^32 seconds. */
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

/** A sender or a receiver report. */
export interface RtcpReport {
  readonly ssrc: number;
  /** Undefined: it is a receiver report. */
  readonly sender: SenderInformation | undefined;
  readonly blocks: readonly ReportBlock[];
}

/** A packet that is no RTCP, or not all of it. */
export class RtcpError extends Error {
  /** -1, or minus the bytes that are missing: what the C daemon logs. */
  readonly code: number;

  constructor(code: number) {
    super(code === -1 ? 'not RTCP' : `${-code} bytes of RTCP are missing`);
    this.code = code;
  }
}

export const SENDER_REPORT = 200;
export const RECEIVER_REPORT = 201;

const VERSION = 2;
const HEADER_BYTES = 4;
/** Up to the first report block. */
const SENDER_REPORT_BYTES = 28;
const RECEIVER_REPORT_BYTES = 8;
const BLOCK_BYTES = 24;

/**
 * All reports of a compound packet, in their order; packets of other types are skipped by their lengths. As in the C daemon only
 * the first packet's version is looked at, and padding is no different from what a report may have behind its blocks.
 * @throws RtcpError
 */
export function rtcpReports(packet: Uint8Array): RtcpReport[] {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (view.byteLength < HEADER_BYTES || view.getUint8(0) >>> 6 !== VERSION) throw new RtcpError(-1);
  const reports: RtcpReport[] = [];
  let at = 0;
  while (at < view.byteLength) {
    const left = view.byteLength - at;
    if (left < HEADER_BYTES) throw new RtcpError(-1);
    const length = 4 * (view.getUint16(at + 2) + 1);
    const type = view.getUint8(at + 1);
    if (type === SENDER_REPORT || type === RECEIVER_REPORT) {
      if (length > left) throw new RtcpError(-1);
      reports.push(reportAt(view, at, length, type));
    }
    at += length;
  }
  if (at > view.byteLength) throw new RtcpError(view.byteLength - at);
  return reports;
}

function reportAt(view: DataView, at: number, length: number, type: number): RtcpReport {
  const count = view.getUint8(at) & 0x1f;
  const head = type === SENDER_REPORT ? SENDER_REPORT_BYTES : RECEIVER_REPORT_BYTES;
  if (length < head + BLOCK_BYTES * count) throw new RtcpError(-1);
  return {
    ssrc: view.getUint32(at + 4),
    sender: type === SENDER_REPORT ? senderAt(view, at + 8) : undefined,
    blocks: Array.from({ length: count }, (_, index) => blockAt(view, at + head + BLOCK_BYTES * index)),
  };
}

function senderAt(view: DataView, at: number): SenderInformation {
  return {
    ntpSeconds: view.getUint32(at),
    ntpFraction: view.getUint32(at + 4),
    rtpTimestamp: view.getUint32(at + 8),
    packets: view.getUint32(at + 12),
    octets: view.getUint32(at + 16),
  };
}

function blockAt(view: DataView, at: number): ReportBlock {
  return {
    sourceSsrc: view.getUint32(at),
    fractionLost: view.getUint8(at + 4),
    // Signed, 24 bits.
    packetsLost: (view.getInt32(at + 4) << 8) >> 8,
    highestSequence: view.getUint32(at + 8),
    jitter: view.getUint32(at + 12),
    lastSenderReport: view.getUint32(at + 16),
    delaySinceLastSenderReport: view.getUint32(at + 20),
  };
}
