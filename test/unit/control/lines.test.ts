import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineFramer } from '../../../src/control/lines.ts';

function push(framer: LineFramer, text: string): string[] {
  framer.push(Buffer.from(text, 'latin1'));
  const lines: string[] = [];
  for (let line = framer.next(); line !== undefined; line = framer.next()) {
    lines.push(Buffer.from(line).toString('latin1'));
  }
  return lines;
}

describe('line framing', () => {
  it('cuts at LF only', () => {
    const framer = new LineFramer();
    assert.deepEqual(push(framer, 'V\n\n \r\n\0\n'), ['V', '', ' \r', '\0']);
    assert.equal(framer.size, 0);
  });

  it('puts pieces together', () => {
    const framer = new LineFramer();
    assert.deepEqual(push(framer, 'V'), []);
    assert.deepEqual(push(framer, 'F 1'), []);
    assert.equal(framer.size, 4);
    assert.deepEqual(push(framer, '\nV\nI'), ['VF 1', 'V']);
    assert.deepEqual(push(framer, '\n'), ['I']);
  });

  it('keeps what follows while lines are taken one by one', () => {
    const framer = new LineFramer();
    framer.push(Buffer.from('a\nb\nc'));
    assert.equal(Buffer.from(framer.next() ?? []).toString(), 'a');
    framer.push(Buffer.from('d\n'));
    assert.equal(Buffer.from(framer.next() ?? []).toString(), 'b');
    assert.equal(Buffer.from(framer.next() ?? []).toString(), 'cd');
    assert.equal(framer.next(), undefined);
  });

  it('accepts 8191 bytes and LF', () => {
    const framer = new LineFramer();
    const line = 'A'.repeat(8191);
    assert.deepEqual(push(framer, `${line}\n`), [line]);
    assert.deepEqual(push(framer, line), []);
    assert.equal(framer.overlong, false);
    assert.deepEqual(push(framer, '\nV\n'), [line, 'V']);
  });

  it('gives up at 8192 bytes without LF, after the lines before', () => {
    for (const tail of ['', '\n', '\nV\n', 'A'.repeat(100_000)]) {
      const framer = new LineFramer();
      assert.deepEqual(push(framer, `V\n${'A'.repeat(8192)}${tail}`), ['V']);
      assert.equal(framer.overlong, true);
      assert.deepEqual(push(framer, '\nV\n'), []);
      assert.equal(framer.size, 0);
    }
  });

  it('gives up when the pieces of a line add up to 8192 bytes', () => {
    const framer = new LineFramer();
    for (let count = 0; count < 8191; count++) assert.deepEqual(push(framer, 'A'), []);
    assert.equal(framer.overlong, false);
    assert.deepEqual(push(framer, 'A'), []);
    assert.equal(framer.overlong, true);
  });
});
