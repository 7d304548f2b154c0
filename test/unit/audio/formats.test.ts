import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CONTAINERS,
  ENCODINGS,
  isLibraryFormat,
  isOwnFormat,
  libraryEncodings,
  ownEncodings,
} from '../../../src/audio/formats.ts';
import { LAYOUTS } from '../../../src/audio/headers.ts';
import { sampleEncoding } from '../../../src/audio/sample-encoding.ts';

test('what is said to need no library has a layout and an encoding here', () => {
  for (const { name } of CONTAINERS) {
    const layout = LAYOUTS[name];
    for (const encoding of ownEncodings(name)) {
      assert.ok(
        layout !== undefined && sampleEncoding(encoding, layout.littleEndian) !== undefined,
        `${name} ${encoding}`,
      );
    }
  }
});

test('no pair is of both, and every name is one of an encoding', () => {
  const known = new Set<string>(ENCODINGS.map(({ name }) => name));
  for (const { name: container } of CONTAINERS) {
    for (const text of libraryEncodings(container))
      assert.ok(known.has(text.replace('/1', '')), `${container} ${text}`);
    for (const { name: encoding } of ENCODINGS) {
      const format = { container, encoding, channels: 1 } as const;
      assert.ok(!(isOwnFormat(format) && isLibraryFormat(format)), `${container} ${encoding}`);
    }
  }
});

test('some encodings have one channel only', () => {
  const gsm = { container: 'wav', encoding: 'gsm610' } as const;
  assert.deepEqual(
    ([1, 2] as const).map((channels) => isLibraryFormat({ ...gsm, channels })),
    [true, false],
  );
});
