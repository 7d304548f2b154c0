import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallText } from '../../../src/http/call-text.ts';
import { callView } from '../../helpers/fake-calls.ts';

test('a text is the call as it was set last, however long it has become', () => {
  const text = new CallText();
  assert.equal(text.bytes.length, 0);
  const tags = ['a', 'ü'.repeat(1000), '', 'b"\\'];
  for (const from_tag of tags) {
    const call = { ...callView('c'), from_tag };
    text.set(call);
    assert.deepEqual(JSON.parse(Buffer.from(text.bytes).toString()), call);
  }
});
