import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rtcpJson } from '../../../../src/modules/acct-rtcp-hep/rtcp-json.ts';
import { RtcpError, rtcpReports } from '../../../../src/modules/acct-rtcp-hep/rtcp-reports.ts';
import { BYE, RR, rrWithBlocks, rrWithLoss, SDES, SR, SR_BLOCK } from './rtcp-packets.ts';

const read = (hex: string) => rtcpReports(Buffer.from(hex, 'hex'));

test('a sender report with a block', () => {
  assert.deepEqual(read(SR_BLOCK), [
    {
      ssrc: 0x11111111,
      sender: {
        ntpSeconds: 3_900_000_000,
        ntpFraction: 0x80000000,
        rtpTimestamp: 160_000,
        packets: 1000,
        octets: 160_000,
      },
      blocks: [
        {
          sourceSsrc: 0x22222222,
          fractionLost: 5,
          packetsLost: 10,
          highestSequence: 70_000,
          jitter: 33,
          lastSenderReport: 0x12345678,
          delaySinceLastSenderReport: 65_536,
        },
      ],
    },
  ]);
});

test('reports are found wherever they stand in a compound packet', () => {
  assert.deepEqual(read(SDES + BYE), []);
  const found = read(SR + SDES + RR + BYE + rrWithBlocks(31));
  assert.deepEqual(
    found.map(({ ssrc, sender, blocks }) => [ssrc, sender !== undefined, blocks.length]),
    [
      [0x11111111, true, 0],
      [0x33333333, false, 0],
      [7, false, 31],
    ],
  );
});

test('lost packets are a signed number of 24 bits', () => {
  for (const lost of [0, 1, 65_535, 65_536, 8_388_607, -1, -3, -65_536, -8_388_608]) {
    assert.equal(read(rrWithLoss(lost))[0]?.blocks[0]?.packetsLost, lost);
  }
});

test('only the version of the first packet counts, and what stands behind the blocks does not', () => {
  assert.equal(read('80c900010000000100c9000100000002').length, 2);
  assert.equal(read('a0c900020000000100000004').length, 1);
  assert.equal(read('80c9000300000001deadbeefcafebabe').length, 1);
  assert.deepEqual(read('80ca0000'), []);
});

test('a packet that is not whole is none, with the number that the C daemon logs', () => {
  const broken: readonly (readonly [hex: string, code: number])[] = [
    ['', -1],
    ['80', -1],
    ['80c900', -1],
    ['80c90000', -1],
    ['80c90001aabb', -1],
    ['00c9000100000001', -1],
    ['c0c8000600000001e87547008000000000027100000003e800027100', -1],
    ['81c9000100000001', -1],
    ['80c9000900000001', -1],
    ['80c90001000000010102', -1],
    [`${RR}80c8000600000002e8754700`, -1],
    ['81ca003200000001', -196],
    [`${SR}81ca003200000001`, -196],
    ['68656c6c6f2c204920616d206e6f2052544350', -1],
  ];
  for (const [hex, code] of broken) {
    assert.throws(
      () => read(hex),
      (error) => error instanceof RtcpError && error.code === code,
      hex,
    );
  }
});

test('whatever the bytes are, there are reports or an error that says why not', () => {
  const packets = [SR, SR_BLOCK, RR, SDES, BYE, rrWithBlocks(3), rrWithLoss(-1)].map((hex) => Buffer.from(hex, 'hex'));
  const damaged = fc
    .tuple(
      fc.array(fc.constantFrom(...packets), { minLength: 1, maxLength: 5 }),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      fc.nat(),
    )
    .map(([parts, changes, end]) => {
      const bytes = Buffer.concat(parts);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes.subarray(0, end % 3 === 0 ? end % bytes.length : bytes.length);
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      try {
        const reports = rtcpReports(bytes);
        assert(reports.length <= bytes.length / 8);
        for (const report of reports) JSON.parse(rtcpJson([report]));
      } catch (error) {
        if (!(error instanceof RtcpError)) throw error;
        assert(error.code < 0);
      }
    }),
    { numRuns: process.env.RTPPROXY_TEST_SCALE === 'full' ? 1_000_000 : 5000 },
  );
});
