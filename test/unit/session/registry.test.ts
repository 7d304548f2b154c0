import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legOfFirstTag, type Match, SessionRegistry } from '../../../src/session/registry.ts';
import { testSession } from './test-session.ts';

function registry(...tags: readonly string[]): SessionRegistry {
  const sessions = new SessionRegistry();
  for (const tag of tags) sessions.add(testSession('9', tag));
  return sessions;
}

/** From-tag of the match and its direction; `-` for none. */
function show(match: Match | undefined): string {
  return match === undefined ? '-' : `${match.session.fromTag} ${match.forward ? 'forward' : 'reverse'}`;
}

const MEDIA = ['a;1', 'a;2', 'a;3'];

/** Tags of the sessions, `from` and `to` of the command, what is found. */
const EXACT: readonly (readonly [readonly string[], string, string | undefined, string])[] = [
  // The table of protocol.md 5.
  [MEDIA, 'a', undefined, '-'],
  [MEDIA, 'a;1', undefined, 'a;1 forward'],
  [MEDIA, 'b', 'a', '-'],
  [MEDIA, 'b;2', 'a', 'a;2 reverse'],
  [MEDIA, 'b;4', 'a;2', 'a;2 reverse'],
  [MEDIA, 'b;4', 'a', '-'],
  // The to-tag counts for nothing as long as the from-tag is right.
  [['a'], 'a', 'anything', 'a forward'],
  [['a'], 'b', 'a', 'a reverse'],
  [['a'], 'b', undefined, '-'],
  [['a'], 'a;1', undefined, '-'],
  [['a'], 'A', undefined, '-'],
  [['a'], '*', '*', '-'],
  // The medium's number is what stands behind the last semicolon, in both.
  [['a;x;1'], 'b;1', 'a', 'a;x;1 reverse'],
  [['a;x;1'], 'b;x;2', 'a', '-'],
  [['a;x;1'], 'b;y;1', 'a', 'a;x;1 reverse'],
  [['a;'], 'b;', 'a', 'a; reverse'],
  [['ab;1'], 'b;1', 'a', '-'],
  // The first session in order of creation, and the forward test before the reverse one.
  [['b', 'a'], 'a', 'b', 'b reverse'],
  [['a', 'b'], 'a', 'b', 'a forward'],
  [['a'], 'a', 'a', 'a forward'],
  [['a', 'a'], 'a', undefined, 'a forward'],
];

for (const [tags, from, to, expected] of EXACT) {
  test(`exact match of ${from} ${to ?? ''} among ${tags.join(' ')}: ${expected}`, () => {
    assert.equal(show(registry(...tags).find({ callId: '9', fromTag: from, toTag: to })), expected);
  });
}

const PREFIX: readonly (readonly [readonly string[], string, string | undefined, readonly string[]])[] = [
  [MEDIA, 'a', undefined, ['a;1 forward', 'a;2 forward', 'a;3 forward']],
  [MEDIA, 'x', 'a', ['a;1 reverse', 'a;2 reverse', 'a;3 reverse']],
  [MEDIA, 'a;2', undefined, ['a;2 forward']],
  [MEDIA, 'b;2', 'a', ['a;1 reverse', 'a;2 reverse', 'a;3 reverse']],
  [MEDIA, 'a;', undefined, []],
  [MEDIA, 'a;2', 'a;3', ['a;2 forward', 'a;3 reverse']],
  [['a;1;2'], 'a;1', undefined, ['a;1;2 forward']],
  [['ab', 'a'], 'a', undefined, ['a forward']],
  [['a'], 'x', undefined, []],
];

for (const [tags, from, to, expected] of PREFIX) {
  test(`prefix match of ${from} ${to ?? ''} among ${tags.join(' ')}`, () => {
    const found = registry(...tags).findAll({ callId: '9', fromTag: from, toTag: to });
    assert.deepEqual(found.map(show), expected);
  });
}

test('the first tag of a command names leg 1 on a forward match, leg 0 on a reverse one', () => {
  const session = testSession('9', 'a');
  assert.equal(legOfFirstTag({ session, forward: true }), 1);
  assert.equal(legOfFirstTag({ session, forward: false }), 0);
});

test('sessions of other calls are never found', () => {
  const sessions = registry('a');
  for (const callId of ['', '8', '99', '9 ']) {
    const selector = { callId, fromTag: 'a', toTag: 'a' };
    assert.equal(sessions.find(selector), undefined);
    assert.deepEqual(sessions.findAll(selector), []);
  }
});

test('a removed session is gone, the others stay in their order', () => {
  const sessions = new SessionRegistry();
  const [one, two, three] = [testSession('9', 'a'), testSession('9', 'b'), testSession('8', 'a')];
  for (const session of [one, two, three]) sessions.add(session);
  assert.deepEqual(sessions.all(), [one, two, three]);
  assert.equal(sessions.byHandle(two.handle), two);
  sessions.remove(two);
  assert.equal(sessions.size, 2);
  assert.deepEqual(sessions.all(), [one, three]);
  assert.equal(sessions.byHandle(two.handle), undefined);
  assert.equal(sessions.find({ callId: '9', fromTag: 'b', toTag: undefined }), undefined);
  sessions.remove(one);
  sessions.remove(three);
  assert.equal(sessions.size, 0);
  assert.deepEqual(sessions.all(), []);
});

test('a list of all sessions does not change with them', () => {
  const sessions = registry('a', 'b');
  const all = sessions.all();
  for (const session of all) sessions.remove(session);
  assert.equal(all.length, 2);
});
