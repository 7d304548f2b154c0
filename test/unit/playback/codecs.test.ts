import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetisation, payloadTypes } from '../../../src/playback/codecs.ts';

test('packets are the shortest of whole frames that last as long as wanted', () => {
  const rows: readonly [number, number | undefined, number, number][] = [
    [0, undefined, 80, 10],
    [8, undefined, 80, 10],
    [9, undefined, 80, 10],
    [3, undefined, 33, 20],
    [4, undefined, 24, 30],
    [18, undefined, 10, 10],
    [8, 25, 200, 25],
    [0, 1, 8, 1],
    [18, 25, 30, 30],
    [3, 25, 66, 40],
    [4, 31, 48, 60],
    [0, 999, 7992, 999],
    [3, 999, 1650, 1000],
  ];
  for (const [payloadType, ptime, packetBytes, packetMs] of rows) {
    assert.deepEqual(packetisation(payloadType, ptime), { packetBytes, packetMs }, `${payloadType} in ${ptime} ms`);
  }
});

test('codecs of unknown framing cannot be played', () => {
  for (const payloadType of [1, 13, 97, 101, 256, -1]) assert.equal(packetisation(payloadType), undefined);
});

test('codec lists are read as the C daemon reads them', () => {
  const rows: readonly [string, readonly number[]][] = [
    ['0', [0]],
    ['8,0', [8, 0]],
    ['3/8', [3, 8]],
    ['3;18', [3, 18]],
    ['18x0', [18, 0]],
    ['0,x', [0]],
    ['3,x,8', [3]],
    ['3,', [3]],
    ['3,,8', [3]],
    ['x', []],
    [',', []],
    ['', []],
    ['+0,-1', [0, -1]],
    ['00', [0]],
    ['SESSION', []],
  ];
  for (const [list, expected] of rows) assert.deepEqual([...payloadTypes(list)], expected, list);
});
