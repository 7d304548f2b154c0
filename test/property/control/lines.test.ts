import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineFramer } from '../../../src/control/lines.ts';

/** What a framer makes of a stream that arrives in these pieces, reading after each. */
function frame(pieces: readonly Uint8Array[]): { lines: string[]; overlong: boolean } {
  const framer = new LineFramer();
  const lines: string[] = [];
  for (const piece of pieces) {
    framer.push(piece);
    for (let line = framer.next(); line !== undefined; line = framer.next()) {
      lines.push(Buffer.from(line).toString('latin1'));
    }
  }
  return { lines, overlong: framer.overlong };
}

const streamPiece = fc.oneof(
  fc.stringMatching(/^[a-z\n\r ]{0,40}$/),
  fc.integer({ min: 0, max: 9000 }).map((length) => 'x'.repeat(length)),
);

test('lines do not depend on how the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(streamPiece, { maxLength: 12 }), (pieces) => {
      const whole = pieces.join('');
      const { lines, overlong } = frame(pieces.map((piece) => Buffer.from(piece, 'latin1')));
      const expected = whole.split('\n');
      const firstOverlong = expected.findIndex((line) => line.length > 8191);
      assert.equal(overlong, firstOverlong !== -1);
      assert.deepEqual(lines, expected.slice(0, firstOverlong === -1 ? -1 : firstOverlong));
    }),
    { numRuns: 300 },
  );
});
