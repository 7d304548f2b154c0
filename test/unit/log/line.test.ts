import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLine, textLine } from '../../../src/log/line.ts';

const RECORD = { level: 'ERR', where: 'session', text: "can't bind", callId: 'call:1@host' } as const;

test('a text line has five fields', () => {
  assert.equal(textLine(RECORD).toString('latin1'), "ERR:call:1@host:session:0: can't bind");
  assert.equal(textLine(RECORD, '00:00:01.000/').toString('latin1').slice(0, 17), '00:00:01.000/ERR:');
});

test('a JSON line is an object with the same fields and the time', () => {
  const before = Date.now();
  const { time, ...fields } = JSON.parse(jsonLine(RECORD).toString());
  assert.deepEqual(fields, { level: 'ERR', topic: 'session', callId: 'call:1@host', text: "can't bind" });
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Date.parse(time) >= before && Date.parse(time) <= Date.now());
  assert.deepEqual(Object.keys(JSON.parse(jsonLine({ ...RECORD, callId: 'GLOBAL' }).toString())), [
    ...['time', 'level', 'topic', 'text'],
  ]);
});

test('hostile texts stay on their JSON line, in ASCII, and come back as they were', () => {
  const text = 'a\r\n"}\x1b[2J\x7f\0\u2028\xe9\u{1f600}\ud800';
  const line = jsonLine({ ...RECORD, text }).toString('latin1');
  assert.match(line, /^[\x20-\x7e]+$/);
  assert.equal(JSON.parse(line).text, text);
});

test('a long text is cut so that the line stays valid JSON below 2048 bytes', () => {
  for (const char of ['y', '\0', '"', '\u{1f600}']) {
    const line = jsonLine({ ...RECORD, text: char.repeat(5000) });
    assert.ok(line.length < 2048);
    const { text } = JSON.parse(line.toString());
    assert.ok(text.length > 100 && char.repeat(5000).startsWith(text));
  }
});

test('control characters of a remote party are escaped in text lines, C1 and in UTF-8 too', () => {
  const shown = (text: string) =>
    textLine({ level: 'INFO', where: 'x', text, callId: 'c' }).toString('latin1').slice(12);
  for (let code = 0x80; code < 0xa0; code++) {
    const char = String.fromCharCode(code);
    const escaped = `\\x${code.toString(16)}`;
    assert.equal(shown(`a${char}2J`), `a${escaped}2J`);
    assert.equal(shown(`\xc2${char}`), `\xc2${escaped}`);
    // Not UTF-8: a longer form of the same, half a character, and what is behind a whole one.
    assert.equal(shown(`\xe0\x82${char}`), `\xe0\\x82${escaped}`);
    assert.equal(shown(`\xc3\xa9${char}`), `\xc3\xa9${escaped}`);
  }
  assert.equal(shown('a\n\x1b\x7f'), 'a\\n\\x1b\\x7f');
  // Latin-1 and UTF-8 stay what they are.
  for (const text of ['caf\xe9', 'caf\xc3\xa9', '\xc5\x9b\xe2\x82\xac\xf0\x9f\x98\x80', '\xa0\xff'])
    assert.equal(shown(text), text);
  assert.equal(shown('\u20ac'), '\xe2\x82\xac');
});
