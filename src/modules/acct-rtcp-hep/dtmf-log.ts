import type { DtmfEvent } from '../module.ts';
import { callIdText, partyOf } from './quality-report.ts';

/** Digits by their event codes (RFC 4733 3.2). */
const DIGITS = '0123456789*#ABCD ';

/** A digit as JSON for HOMER's log of a call: `DTMF` has time, event code, volume, duration and count as its capture agents write them. */
export function dtmfLog({ session, leg, digit, duration, volume, packet }: DtmfEvent): string {
  const at = Math.round(packet.arrivedAt * 1e6);
  const [seconds, micros] = [Math.floor(at / 1e6), at % 1e6];
  return JSON.stringify({
    CORRELATION_ID: callIdText(session.callId),
    RTP_SIP_CALL_ID: callIdText(session.callId),
    REPORT_TS: at / 1e6,
    DTMF: `ts:${seconds},tsu:${micros},e:${DIGITS.indexOf(digit)},v:${volume},d:${duration},c:1;`,
    DIGIT: digit,
    SRC_IP: packet.source.host,
    SRC_PORT: packet.source.port,
    DST_IP: packet.local.host,
    DST_PORT: packet.local.port,
    CODEC_PT: (packet.data[1] ?? 0) & 0x7f,
    CODEC_NAME: 'telephone-event',
    PARTY: partyOf(leg),
    TYPE: 'DTMF',
  });
}
