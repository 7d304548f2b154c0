import type { LegFigures } from '../../addon/contract.ts';
import type { LegIndex } from '../../addon/types.ts';
import { rounded } from '../../calls/units.ts';
import { staticCodec } from '../../quality/codecs.ts';
import { mosOf } from '../../quality/emodel.ts';
import type { HepEndpoint } from './hep.ts';
import type { StreamQualities } from './stream-meter.ts';

// Reports in the JSON that HOMER knows from its capture agents. Null: it is not known.

/** `PERIODIC` of an interval, `HANGUP` of the last one, `FINAL` of the whole call. */
export type ReportType = 'PERIODIC' | 'HANGUP' | 'FINAL';

/** A stream: what the party of a leg sends. */
export interface ReportedStream {
  readonly callId: string;
  readonly leg: LegIndex;
  /** The party, and the port that it sends to. */
  readonly source: HepEndpoint;
  readonly destination: HepEndpoint;
}

/** The report of a stream as JSON; `at` is in Unix seconds. */
export function qualityReport(
  type: ReportType,
  stream: ReportedStream,
  figures: LegFigures,
  { now, maxGap, maxJitter, meanJitter, minRating, meanRating }: StreamQualities,
  at: number,
): string {
  const codec = staticCodec(figures.payloadType);
  return JSON.stringify({
    CORRELATION_ID: callIdText(stream.callId),
    RTP_SIP_CALL_ID: callIdText(stream.callId),
    DELTA: thousandths(now.gap),
    JITTER: thousandths(now.jitter),
    REPORT_TS: thousandths(at),
    TL_BYTE: now.bytes,
    SKEW: skew(figures.behind),
    TOTAL_PK: now.received,
    EXPECTED_PK: now.expected,
    PACKET_LOSS: now.lost,
    SEQ: figures.ssrcChanges === 0 ? null : figures.highestSeq,
    MAX_JITTER: thousandths(maxJitter),
    MAX_DELTA: thousandths(maxGap),
    MAX_SKEW: skew(figures.mostBehind),
    MEAN_JITTER: thousandths(meanJitter),
    MIN_MOS: mos(minRating),
    MEAN_MOS: mos(meanRating),
    MOS: mos(now.rating),
    RFACTOR: thousandths(now.rating),
    MIN_RFACTOR: thousandths(minRating),
    MEAN_RFACTOR: thousandths(meanRating),
    SRC_IP: stream.source.host,
    SRC_PORT: stream.source.port,
    DST_IP: stream.destination.host,
    DST_PORT: stream.destination.port,
    OUT_ORDER: now.reordered,
    SSRC_CHG: now.ssrcChanges,
    CODEC_PT: figures.payloadType < 0 ? null : figures.payloadType,
    CLOCK: codec?.clockRate ?? null,
    CODEC_NAME: codec?.name ?? null,
    DIR: partyOf(stream.leg),
    REPORT_NAME: `${stream.source.host}:${stream.source.port}`,
    PARTY: partyOf(stream.leg),
    TYPE: type,
  });
}

/** 0: the caller, or what it sends; 1: the callee. */
export function partyOf(leg: LegIndex): 0 | 1 {
  return leg === 1 ? 0 : 1;
}

/** Bytes of a Call-ID as the UTF-8 that JSON needs. */
export function callIdText(callId: string): string {
  return Buffer.from(callId, 'latin1').toString('utf8');
}

function mos(rating: number | null): number | null {
  return rating === null ? null : thousandths(mosOf(rating));
}

/** Milliseconds with the sign that Wireshark gives them, negative for what is late; of seconds, -1 being not known. */
function skew(behind: number): number | null {
  return behind < 0 ? null : thousandths(0 - 1000 * behind);
}

function thousandths(value: number | null): number | null {
  return rounded(value ?? undefined, 3);
}
