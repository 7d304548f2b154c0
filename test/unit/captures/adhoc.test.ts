import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAdhoc } from '../../../src/captures/adhoc.ts';
import { adhocRecord, rtp } from '../../helpers/recordings.ts';

const record = adhocRecord(rtp(), 1234.5);

test('records have place, time and datagram', () => {
  const { records, next, fault } = parseAdhoc(Buffer.concat([record, record]), 1000, true);
  assert.equal(fault, undefined);
  assert.equal(next, 1000 + 2 * record.length);
  assert.deepEqual(
    records.map(({ offset, start, end, time, incomplete }) => [offset, start, end, time, incomplete]),
    [
      [1000, 30, record.length, 1234.5, false],
      [1000 + record.length, record.length + 30, 2 * record.length, 1234.5, false],
    ],
  );
});

test('datagrams that are too short for RTP are left out', () => {
  const part = Buffer.concat([adhocRecord(Buffer.alloc(11), 1), adhocRecord(Buffer.alloc(0), 1), record]);
  assert.deepEqual(
    parseAdhoc(part, 0, true).records.map(({ offset }) => offset),
    [41 + 30],
  );
});

test('what is not complete is left to the next part, and is a fault in the last one', () => {
  for (const missing of [1, 100, 171]) {
    const part = Buffer.concat([record, record.subarray(0, record.length - missing)]);
    const more = parseAdhoc(part, 0, false);
    assert.deepEqual([more.records.length, more.next, more.fault], [1, record.length, undefined]);
    const end = parseAdhoc(part, 0, true);
    assert.deepEqual([end.records.length, end.fault], [1, { kind: 'cut', missing }]);
  }
});

test('a header that is cut off before its length ends nowhere', () => {
  for (const length of [1, 28]) {
    const part = Buffer.concat([record, record.subarray(0, length)]);
    assert.deepEqual(parseAdhoc(part, 0, true).fault, { kind: 'misaligned' });
    assert.equal(parseAdhoc(part, 0, false).next, record.length);
  }
});

test('a time that is no number stands for none', () => {
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.equal(parseAdhoc(adhocRecord(rtp(), time), 0, true).records[0]?.time, 0);
  }
});
