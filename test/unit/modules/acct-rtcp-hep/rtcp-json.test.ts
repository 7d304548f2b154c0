import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rtcpJson, splitReports } from '../../../../src/modules/acct-rtcp-hep/rtcp-json.ts';
import { rtcpReports } from '../../../../src/modules/acct-rtcp-hep/rtcp-reports.ts';
import { RR, rrWithBlocks, SDES, SR, SR_BLOCK } from './rtcp-packets.ts';

const read = (hex: string) => rtcpReports(Buffer.from(hex, 'hex'));

const WITH_BLOCK = `{
 "ssrc": 286331153,
 "sender_information": {
  "ntp_timestamp_sec": 3900000000,
  "ntp_timestamp_usec": 2147483648,
  "rtp_timestamp": 160000,
  "packets": 1000,
  "octets": 160000
 },
 "type": 200,
 "report_blocks": [
  {
   "source_ssrc": 572662306,
   "fraction_lost": 5,
   "packets_lost": 10,
   "highest_seq_no": 70000,
   "ia_jitter": 33,
   "lsr": 305419896,
   "dlsr": 65536
  }
 ],
 "report_count": 1
}`;
const EMPTY = '{\n "ssrc": 858993459,\n "type": 201,\n "report_count": 0\n}';

test('blanks and line ends are those of the C daemon', () => {
  assert.equal(rtcpJson(read(SR_BLOCK)), WITH_BLOCK);
  assert.equal(rtcpJson(read(RR)), EMPTY);
});

test('reports follow one another without anything between them', () => {
  assert.equal(rtcpJson(read(RR + SDES + SR_BLOCK)), EMPTY + WITH_BLOCK);
  assert.equal(rtcpJson(read(SDES)), '');
});

test('a line with a comma stands between blocks', () => {
  const text = rtcpJson(read(rrWithBlocks(3)));
  assert.equal(text.split('\n  ,\n').length, 3);
  assert.equal(JSON.parse(text).report_blocks.length, 3);
});

test('split, each object has one block at most, and all are there', () => {
  const parts = splitReports(read(SR + rrWithBlocks(3))).map((report) => JSON.parse(rtcpJson([report])));
  assert.deepEqual(
    parts.map(({ type, report_count }) => [type, report_count]),
    [
      [200, 0],
      [201, 1],
      [201, 1],
      [201, 1],
    ],
  );
});
