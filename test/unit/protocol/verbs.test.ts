import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findVerb, VERBS } from '../../../src/protocol/verbs.ts';

test('the table has one row per command', () => {
  const letters = VERBS.map((spec) => spec.letters);
  assert.deepEqual([...letters].sort(), ['c', 'd', 'g', 'i', 'l', 'n', 'p', 'q', 'r', 's', 'u', 'v', 'vf', 'x']);
  assert.equal(new Set(VERBS.map((spec) => spec.verb)).size, VERBS.length);
});

test('usage agrees with the letters and the arity of its row', () => {
  for (const { letters, minTokens, maxTokens, usage } of VERBS) {
    assert.ok(usage.toLowerCase().startsWith(letters), usage);
    assert.equal(
      usage
        .replaceAll(/\[.*?\]+/g, '')
        .trim()
        .split(/ +/).length,
      minTokens,
      usage,
    );
    assert.ok(minTokens <= maxTokens);
  }
});

test('only U, L and Q take sub-commands', () => {
  const takers = VERBS.filter((spec) => spec.subCommands).map((spec) => spec.letters);
  assert.deepEqual(takers, ['u', 'l', 'q']);
});

test('a verb is found by the first byte of the token, in any case', () => {
  assert.equal(findVerb('Uc0,8')?.verb, 'update');
  assert.equal(findVerb('delete')?.verb, 'delete');
  assert.equal(findVerb('V')?.verb, 'version');
  assert.equal(findVerb('vF')?.verb, 'feature');
  assert.equal(findVerb('VFx')?.verb, 'feature');
  assert.equal(findVerb('VxF')?.verb, 'version');
});

test('other first bytes name no verb', () => {
  for (const token of ['?', '0', '&', 'a', 'f', '\xff\xfe', '\xe9', 'm3:1']) {
    assert.equal(findVerb(token), undefined, token);
  }
});
