import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { parseIdentity } from '../../../src/config/identity.ts';

test('user and group are names that the system knows', () => {
  assert.deepEqual(parseIdentity('root'), {
    text: 'root',
    user: { name: 'root', uid: 0 },
    gid: 0,
    groupNamed: false,
  });
  const nobody = parseIdentity('nobody');
  assert.equal(nobody.user?.uid, 65534);
  assert.deepEqual(parseIdentity('nobody:root'), { ...nobody, text: 'nobody:root', gid: 0, groupNamed: true });
  assert.deepEqual(parseIdentity(':root'), { text: ':root', user: undefined, gid: 0, groupNamed: true });
});

test('an unknown name is named', () => {
  for (const [text, message] of [
    ['', "can't find ID for the user: "],
    ['nobody-here', "can't find ID for the user: nobody-here"],
    ['0', "can't find ID for the user: 0"],
    ['nobody-here:nor-here', "can't find ID for the user: nobody-here"],
    ['root:', "can't find ID for the group: "],
    [':', "can't find ID for the group: "],
    ['root:nor-here', "can't find ID for the group: nor-here"],
    ['root:root:root', "can't find ID for the group: root:root"],
  ] as const) {
    assert.throws(() => parseIdentity(text), new ConfigError(message));
  }
});
