import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddressBlock } from '../../../src/config/block-list.ts';

const BLOCKS: readonly (readonly [text: string, host: string, prefix: number, first?: number, last?: number])[] = [
  ['10.0.0.0/8', '10.0.0.0', 8],
  ['10.0.0.1', '10.0.0.1', 32],
  ['10.0.0.1:5060', '10.0.0.1', 32, 5060, 5060],
  ['10.0.0.0/8:1-1023', '10.0.0.0', 8, 1, 1023],
  ['0.0.0.0/0', '0.0.0.0', 0],
  ['*', '', 0],
  ['*:1-1023', '', 0, 1, 1023],
  ['2001:db8::/32', '2001:db8::', 32],
  ['::1', '::1', 128],
  ['[::1]:5060', '::1', 128, 5060, 5060],
  ['[2001:db8::/32]:1-1023', '2001:db8::', 32, 1, 1023],
  ['[::1]', '::1', 128],
  ['::ffff:0:0/96', '0.0.0.0', 0],
  ['::ffff:10.0.0.0/104', '10.0.0.0', 8],
  ['0:0:0:0:0:FFFF:a00:1', '10.0.0.1', 32],
  ['[::ffff:10.0.0.1]:5060', '10.0.0.1', 32, 5060, 5060],
  ['::/0', '::', 0],
  ['::ffff:0:0/95', '::ffff:0:0', 95],
];

for (const [text, host, prefix, firstPort = 0, lastPort = 65535] of BLOCKS) {
  test(`${text} is a block`, () => {
    assert.deepEqual(parseAddressBlock(text), { host, prefix, firstPort, lastPort });
  });
}

test('anything else is none', () => {
  const texts = [
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.1:',
    '10.0.0.1:65536',
    '10.0.0.1:20-10',
    '*/1',
  ];
  for (const text of [...texts, '10.0.0.1/', '10.0.0.1/8/8', '[10.0.0.1]:80', '[::1', '::1%lo', ' 10.0.0.1']) {
    assert.equal(parseAddressBlock(text), undefined, text);
  }
});
