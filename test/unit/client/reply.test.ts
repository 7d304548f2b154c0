import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtpproxyReplyError } from '../../../src/client/errors.ts';
import {
  errorCode,
  parseDone,
  parseFlag,
  parseInfo,
  parseLeg,
  parseResults,
  parseValues,
  parseVersion,
  replyLines,
  splitChain,
} from '../../../src/client/reply.ts';

const INFO =
  'sessions created: 2\nactive sessions: 1\nactive streams: 2\npackets received: 17\npackets transmitted: 16';

test('legs', () => {
  assert.deepEqual(parseLeg('56056'), { port: 56056, address: undefined, family: undefined });
  assert.deepEqual(parseLeg('38590 some.name'), { port: 38590, address: 'some.name', family: 4 });
  assert.deepEqual(parseLeg('51412 ::1 6'), { port: 51412, address: '::1', family: 6 });
  for (const text of ['', '0', '65536', '123456', '1 ', '1 a 5', '1 a 6 b', 'x', '-1', ' 1', '1  a']) {
    assert.throws(() => parseLeg(text), RtpproxyReplyError, text);
  }
});

test('results of sub-commands: silent ones at the end are not written, none follows a failure', () => {
  const { main, results } = splitChain('56884 127.0.0.1 && 0 && 44848 127.0.0.1');
  assert.equal(main, '56884 127.0.0.1');
  const leg = { kind: 'leg', port: 44848, address: '127.0.0.1', family: 4 };
  assert.deepEqual(parseResults(results, [false, true, false]), [{ kind: 'done' }, leg, { kind: 'done' }]);
  assert.deepEqual(parseResults(['0', '-1'], [false, true, true]), [
    { kind: 'done' },
    { kind: 'failed' },
    { kind: 'skipped' },
  ]);
  assert.deepEqual(parseResults(['actpass SHA-256 AA:BB'], [false]), [{ kind: 'text', text: 'actpass SHA-256 AA:BB' }]);
  assert.deepEqual(parseResults([], []), []);
  assert.throws(() => parseResults(['0', '0'], [false]), RtpproxyReplyError);
  assert.throws(() => parseResults(['0'], [true]), RtpproxyReplyError);
});

test('values', () => {
  assert.deepEqual(parseValues('60 0.250000 -1', ['ttl', 'x', 'y']), { ttl: 60, x: 0.25, y: -1 });
  assert.deepEqual(parseValues('', []), {});
  for (const text of ['', '1', '1 2 3', '1  2', '1 x', '1 0x2', '1 2.']) {
    assert.throws(() => parseValues(text, ['a', 'b']), RtpproxyReplyError, text);
  }
});

test('the summary of I', () => {
  const info = { sessionsCreated: 2, activeSessions: 1, activeStreams: 2, packetsReceived: 17, packetsTransmitted: 16 };
  assert.deepEqual(parseInfo(INFO), { ...info, averageLoad: undefined });
  assert.deepEqual(parseInfo(`${INFO}\naverage load: 0.500000`), { ...info, averageLoad: 0.5 });
  for (const text of ['', 'x', '0', INFO.slice(0, 40), INFO.replace('17', '')]) {
    assert.throws(() => parseInfo(text), RtpproxyReplyError, text);
  }
});

test('lines of a reply', () => {
  for (const command of ['I', 'i', 'Ib', ' \tIbb']) assert.equal(replyLines(command, 'sessions'), 5);
  for (const command of ['Il', 'iL', 'Ibl', 'Ill x']) assert.equal(replyLines(command, 'sessions'), 6);
  for (const command of ['V', '', 'L c 1.2.3.4 5 I', 'Q i I']) assert.equal(replyLines(command, '0'), 1);
  assert.equal(replyLines('Il x', 'E1\n'), 1);
});

test('one-word replies', () => {
  assert.equal(errorCode('E50'), 50);
  for (const text of ['E', 'e5', 'E5 ', 'E-1', '50', 'EE5', 'E1234567890']) assert.equal(errorCode(text), undefined);
  assert.deepEqual([parseFlag('0'), parseFlag('1')], [false, true]);
  assert.equal(parseVersion('20040107'), '20040107');
  parseDone('0');
  assert.throws(() => parseDone('1'), RtpproxyReplyError);
  assert.throws(() => parseFlag('2'), RtpproxyReplyError);
  assert.throws(() => parseVersion('2004'), { code: 'ERR_RTPPROXY_REPLY', reply: '2004' });
});
