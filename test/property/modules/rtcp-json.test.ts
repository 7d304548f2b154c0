import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rtcpJson, splitReports } from '../../../src/modules/acct-rtcp-hep/rtcp-json.ts';
import { RtcpError, type RtcpReport, rtcpReports } from '../../../src/modules/acct-rtcp-hep/rtcp-reports.ts';
import { RUNS } from '../commands.ts';

const word = fc.nat(0xffff_ffff);

/** A packet of a compound with any first byte but the version, any type, and a length that may say anything. */
const part = fc
  .record({
    first: fc.nat(0x3f),
    type: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(200, 201) }, { weight: 1, arbitrary: fc.nat(255) }),
    words: fc.uint8Array({ maxLength: 130 }).map((bytes) => bytes.subarray(0, bytes.length & ~3)),
    wrong: fc.option(fc.nat(0xffff), { freq: 6 }),
  })
  .map(({ first, type, words, wrong }) => {
    const packet = Buffer.alloc(4 + words.length);
    packet[0] = 0x80 | first;
    packet[1] = type;
    packet.writeUInt16BE(wrong ?? words.length / 4, 2);
    packet.set(words, 4);
    return packet;
  });

/** Compounds, cut off somewhere, and mere bytes. */
const packet = fc.oneof(
  fc.array(part, { maxLength: 4 }).map((parts) => Buffer.concat(parts)),
  fc.tuple(fc.array(part, { maxLength: 4 }), fc.nat(200)).map(([parts, end]) => Buffer.concat(parts).subarray(0, end)),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
);

/** Objects as the parser makes them. */
const PLAIN = { noNullPrototype: true } as const;
const block = fc.record(
  {
    sourceSsrc: word,
    fractionLost: fc.nat(255),
    packetsLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
    highestSequence: word,
    jitter: word,
    lastSenderReport: word,
    delaySinceLastSenderReport: word,
  },
  PLAIN,
);
const sender = fc.record(
  { ntpSeconds: word, ntpFraction: word, rtpTimestamp: word, packets: word, octets: word },
  PLAIN,
);
const report = fc.record(
  { ssrc: word, sender: fc.option(sender, { nil: undefined }), blocks: fc.array(block, { maxLength: 31 }) },
  PLAIN,
);

/** A report as RFC 3550 6.4 has it on the wire. */
function encode({ ssrc, sender, blocks }: RtcpReport): Buffer {
  const words = [ssrc];
  if (sender !== undefined) {
    words.push(sender.ntpSeconds, sender.ntpFraction, sender.rtpTimestamp, sender.packets, sender.octets);
  }
  for (const each of blocks) {
    const lost = ((each.fractionLost << 24) | (each.packetsLost & 0xff_ffff)) >>> 0;
    words.push(each.sourceSsrc, lost, each.highestSequence, each.jitter);
    words.push(each.lastSenderReport, each.delaySinceLastSenderReport);
  }
  const bytes = Buffer.alloc(4 + 4 * words.length);
  bytes.set([0x80 | blocks.length, sender === undefined ? 201 : 200], 0);
  bytes.writeUInt16BE(words.length, 2);
  for (const [index, value] of words.entries()) bytes.writeUInt32BE(value, 4 + 4 * index);
  return bytes;
}

/** The objects of a text without anything between them. */
function objectsOf(text: string): unknown[] {
  return text === '' ? [] : JSON.parse(`[${text.replaceAll('\n}{', '\n},{')}]`);
}

/** Every number in it. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

test('whatever comes is refused by name, or becomes JSON of whole numbers', () => {
  fc.assert(
    fc.property(packet, fc.nat(8), (bytes, at) => {
      // Behind and before other bytes, as a packet among others is: nothing outside of it is read.
      const room = Buffer.alloc(at + bytes.length + 64, 0xff);
      room.set(bytes, at);
      const read = (from: Uint8Array): RtcpReport[] | number => {
        try {
          return rtcpReports(from);
        } catch (error) {
          assert.ok(error instanceof RtcpError, String(error));
          return error.code;
        }
      };
      const reports = read(room.subarray(at, at + bytes.length));
      assert.deepEqual(reports, read(bytes));
      if (typeof reports === 'number') {
        assert.ok(reports < 0);
        return;
      }
      const objects = objectsOf(rtcpJson(reports));
      assert.equal(objects.length, reports.length);
      for (const value of objects.flatMap(numbersIn)) {
        assert.ok(Number.isInteger(value) && value >= -0x80_0000 && value <= 0xffff_ffff, String(value));
      }
      // No more comes out than went in.
      assert.ok(rtcpJson(reports).length <= 40 * bytes.length);
    }),
    { numRuns: RUNS },
  );
});

test('a report is read as it was written, and its JSON has its numbers', () => {
  fc.assert(
    fc.property(fc.array(report, { minLength: 1, maxLength: 4 }), (reports) => {
      const compound = Buffer.concat(reports.map(encode));
      assert.deepEqual(rtcpReports(compound), reports);
      const objects = objectsOf(rtcpJson(reports));
      for (const [index, { ssrc, blocks }] of reports.entries()) {
        const object = objects[index] as {
          ssrc: number;
          report_blocks?: { packets_lost: number }[];
          report_count: number;
        };
        assert.deepEqual([object.ssrc, object.report_count], [ssrc, blocks.length]);
        const lost = (object.report_blocks ?? []).map(({ packets_lost }) => packets_lost);
        assert.deepEqual(
          lost,
          blocks.map(({ packetsLost }) => packetsLost),
        );
      }
    }),
    { numRuns: RUNS },
  );
});

test('split reports have the same blocks, one each', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 4 }), (reports) => {
      const split = splitReports(reports);
      assert.ok(split.every(({ blocks }) => blocks.length < 2));
      assert.deepEqual(
        split.flatMap(({ blocks }) => blocks),
        reports.flatMap(({ blocks }) => blocks),
      );
      for (const { ssrc } of reports) assert.ok(split.some((each) => each.ssrc === ssrc));
    }),
    { numRuns: RUNS },
  );
});
