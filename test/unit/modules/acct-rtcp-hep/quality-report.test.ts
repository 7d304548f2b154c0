import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LegFigures } from '../../../../src/addon/contract.ts';
import { qualityReport } from '../../../../src/modules/acct-rtcp-hep/quality-report.ts';
import { StreamMeter } from '../../../../src/modules/acct-rtcp-hep/stream-meter.ts';
import { channel, sessionStats } from '../../session/stats.ts';

const FIGURES: Partial<LegFigures> = {
  rtp: channel({ received: 250 }),
  received: 250,
  sent: 250,
  firstIn: 100,
  lastIn: 104.98,
  longestIpi: 0.0213,
  jitterLast: 4,
  jitterMax: 16,
  jitterAvg: 2,
  ssrcChanges: 1,
  payloadBytes: 40_000,
  highestSeq: 65_535,
  behind: 0.0011,
  mostBehind: 0.06525,
  payloadType: 8,
};

function report(changes: Partial<LegFigures> = {}, callId = 'call-1') {
  const figures = sessionStats(60, {}, { ...FIGURES, ...changes }).legs[1];
  const source = { host: '192.0.2.1', port: 4000 };
  const stream = { callId, leg: 1, source, destination: { host: '203.0.113.1', port: 35000 } } as const;
  const text = qualityReport('PERIODIC', stream, figures, new StreamMeter().cut(figures), 1_700_000_000.1234);
  return JSON.parse(text);
}

test('the keys are those that HOMER knows, in their order', () => {
  assert.deepEqual(report(), {
    CORRELATION_ID: 'call-1',
    RTP_SIP_CALL_ID: 'call-1',
    DELTA: 20,
    JITTER: 0.5,
    REPORT_TS: 1_700_000_000.123,
    TL_BYTE: 40_000,
    SKEW: -1.1,
    TOTAL_PK: 250,
    EXPECTED_PK: 250,
    PACKET_LOSS: 0,
    SEQ: 65_535,
    MAX_JITTER: 2,
    MAX_DELTA: 21.3,
    MAX_SKEW: -65.25,
    MEAN_JITTER: 0.25,
    MIN_MOS: 4.409,
    MEAN_MOS: 4.409,
    MOS: 4.409,
    RFACTOR: 93.2,
    MIN_RFACTOR: 93.2,
    MEAN_RFACTOR: 93.2,
    SRC_IP: '192.0.2.1',
    SRC_PORT: 4000,
    DST_IP: '203.0.113.1',
    DST_PORT: 35000,
    OUT_ORDER: 0,
    SSRC_CHG: 0,
    CODEC_PT: 8,
    CLOCK: 8000,
    CODEC_NAME: 'PCMA',
    DIR: 0,
    REPORT_NAME: '192.0.2.1:4000',
    PARTY: 0,
    TYPE: 'PERIODIC',
  });
});

test('a payload type without a known codec has no score', () => {
  const { MOS, RFACTOR, JITTER, CLOCK, CODEC_NAME, CODEC_PT } = report({ payloadType: 96 });
  assert.deepEqual([MOS, RFACTOR, JITTER, CLOCK, CODEC_NAME, CODEC_PT], [null, null, null, null, null, 96]);
});

test('what came in time is 0, and what was not measured is null', () => {
  const silent = report({ behind: 0, mostBehind: -1, ssrcChanges: 0, payloadBytes: 0 });
  assert.deepEqual([silent.SKEW, silent.MAX_SKEW, silent.SEQ, silent.TL_BYTE], [0, null, null, 0]);
});

test('a Call-ID is JSON whatever its bytes are', () => {
  assert.equal(report({}, 'M\u00c3\u00bc"\\').CORRELATION_ID, 'M\u00fc"\\');
  assert.equal(report({}, 'a\xffb').CORRELATION_ID, 'a\ufffdb');
});
