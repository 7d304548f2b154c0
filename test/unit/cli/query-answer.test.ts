import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerJson } from '../../../src/cli/query-answer.ts';

function json(command: string, reply: string): unknown {
  const text = answerJson({ command, reply });
  assert.match(text, /^[\x20-\x7e]+$/, 'a line of ASCII');
  return JSON.parse(text);
}

test('a command, its reply and whether it succeeded', () => {
  assert.deepEqual(json('V', '20040107'), { command: 'V', reply: '20040107', ok: true });
  assert.deepEqual(json('D "\xff\x1b a', '0'), { command: 'D "\xff\x1b a', reply: '0', ok: true });
  const told = JSON.parse(answerJson({ command: 'X', reply: '0' }, '2026-11-29T18:05:29.123Z')) as Record<
    string,
    unknown
  >;
  assert.equal(told.time, '2026-11-29T18:05:29.123Z');
});

test('what an error means', () => {
  const answer = { command: 'D a b', reply: 'E50', ok: false, error: 50, reason: 'sessionNotFound' };
  const meaning = 'No such session; for R and N also: nothing was started or stopped.';
  assert.deepEqual(json('D a b', 'E50'), { ...answer, meaning });
  assert.deepEqual(json('D a b', 'E999'), { ...answer, reply: 'E999', error: 999, reason: 'unknown' });
});

test('numbers by their names', () => {
  const values = (command: string, reply: string) => (json(command, reply) as { values?: unknown }).values;
  assert.deepEqual(values('G nsess_created total_duration', '3 4.500000'), { nsess_created: 3, total_duration: 4.5 });
  assert.deepEqual(values(' gv  nsess_created', 'nsess_created=3'), { nsess_created: 3 });
  assert.deepEqual(values('G', ''), {});
  const byDefault = { ttl: 60, npkts_ina: 1, npkts_ino: 2, nrelayed: 3, ndropped: 0 };
  assert.deepEqual(values('Q c from to', '60 1 2 3 0'), byDefault);
  assert.deepEqual(values('Q c from', '60 1 2 3 0'), byDefault);
  assert.deepEqual(values('Qv c from to ttl', 'ttl=60'), { ttl: 60 });
  assert.deepEqual(values('Q c from to ttl rtpa_jmax', '60 1.5'), { ttl: 60, rtpa_jmax: 1.5 });
  assert.deepEqual(values('I', 'sessions created: 5\nactive sessions: 1'), { sessions_created: 5, active_sessions: 1 });
  // A name of nobody's is a name all the same; what does not fit has none.
  assert.deepEqual({ ...(values('G __proto__', '1') as object) }, JSON.parse('{"__proto__":1}'));
  assert.equal(values('G nsess_created', '3 4'), undefined);
  assert.equal(values('G nsess_created', 'much'), undefined);
  assert.equal(values('U c 127.0.0.1 4000 a', '45796'), undefined);
});

test('results of sub-commands stand apart', () => {
  const answer = json('Q c from to && D', '60 1 2 3 0 && 0') as { values: { ttl: number }; results: string[] };
  assert.deepEqual([answer.values.ttl, answer.results], [60, ['0']]);
});
