import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadCatchRequest, parseCatchRequest } from '../../../../src/modules/catch-dtmf/catch-request.ts';

const parse = (text: string) => parseCatchRequest(text === '' ? [] : text.split(' '));

test('tag, payload type and modifiers', () => {
  assert.deepEqual(parse('my%20tag%3a1'), { tag: 'my tag:1', payloadType: 101, hidden: false });
  assert.deepEqual(parse('a+b 96'), { tag: 'a b', payloadType: 96, hidden: false });
  assert.deepEqual(parse('t 0 h'), { tag: 't', payloadType: 0, hidden: true });
  assert.deepEqual(parse('t 127 hHhh'), { tag: 't', payloadType: 127, hidden: true });
});

test('a payload type is a decimal number, with plus and zeros as in C', () => {
  for (const text of ['+96', '0096', '96']) assert.deepEqual(parse(`t ${text}`), parse('t 96'));
  for (const text of ['128', '-1', '-0', 'x', '101x', '1e2', '0x65', '99999999999', '4294967301', '+', 'h']) {
    const request = parse(`t ${text}`);
    assert.ok(request instanceof BadCatchRequest, text);
    assert.equal(request.reason, `syntax error: invalid payload type: ${text}`);
  }
});

test('a tag has bytes of any kind, and ends with the first NUL', () => {
  const tag = (text: string) => {
    const request = parse(text);
    return request instanceof BadCatchRequest ? request.reason : request.tag;
  };
  assert.equal(tag('M%C3%BCller'), 'M\xc3\xbcller');
  assert.equal(tag('t%e9'), 't\xe9');
  assert.equal(tag('line%0Aend'), 'line\nend');
  assert.equal(tag('nul%00tail%0Aend'), 'nul');
  assert.equal(tag('%00'), '');
  for (const bad of ['bad%zztag', 'bad%4', 'bad%']) assert.equal(tag(bad), 'syntax error: invalid URL encoding');
});

test('what is no request', () => {
  const reason = (text: string) => (parse(text) as BadCatchRequest).reason;
  assert.equal(reason(''), 'no tag specified');
  assert.equal(reason('t 101 h extra'), 'too many arguments');
  assert.equal(reason('t 101 hx'), 'syntax error: invalid modifier: "x"');
});
