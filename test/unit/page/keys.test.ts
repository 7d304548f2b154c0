import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moved } from '../../../src/page/cursor.ts';
import { commandOf, type Focus } from '../../../src/page/keys.ts';
import { callView } from '../../helpers/fake-calls.ts';

function command(key: string, focus: Focus, list = true, held = {}) {
  return commandOf({ key, ctrlKey: false, altKey: false, metaKey: false, ...held }, focus, list);
}

test('keys move in the list and open a call', () => {
  const keys = ['ArrowDown', 'j', 'ArrowUp', 'k', 'PageDown', 'Home', 'End', 'Enter', '/', 'Escape', 'x'];
  assert.deepEqual(
    keys.map((key) => command(key, 'elsewhere')),
    ['next', 'next', 'previous', 'previous', 'page-down', 'first', 'last', 'open', 'filter', 'back', undefined],
  );
});

test('letters typed into a field are text, and Enter on a button presses it', () => {
  for (const key of ['j', 'k', '/', 'Home']) assert.equal(command(key, 'field'), undefined, key);
  assert.equal(command('ArrowDown', 'field'), 'next');
  assert.equal(command('Enter', 'field'), 'first');
  assert.equal(command('Escape', 'field'), 'back');
  assert.equal(command('Enter', 'control'), undefined);
});

test('in the view of one call the arrows scroll, and letters go to the next one', () => {
  for (const key of ['ArrowDown', 'PageUp', 'Home', 'Enter'])
    assert.equal(command(key, 'elsewhere', false), undefined, key);
  assert.equal(command('j', 'elsewhere', false), 'next');
  assert.equal(command('Escape', 'elsewhere', false), 'back');
});

test('keys that are held with others are of the browser', () => {
  for (const held of ['ctrlKey', 'altKey', 'metaKey'])
    assert.equal(command('j', 'elsewhere', true, { [held]: true }), undefined);
});

test('the cursor stays within the list, and begins at its top when its call is gone', () => {
  const rows = Array.from({ length: 25 }, (_, index) => ({ call: callView(String(index)), toldAt: 0 }));
  assert.equal(moved(rows, undefined, 'next'), '0');
  assert.equal(moved(rows, 'gone', 'previous'), '0');
  assert.equal(moved(rows, '3', 'next'), '4');
  assert.equal(moved(rows, '3', 'page-down'), '13');
  assert.equal(moved(rows, '20', 'page-down'), '24');
  assert.equal(moved(rows, '0', 'previous'), '0');
  assert.equal(moved(rows, '7', 'last'), '24');
  assert.equal(moved([], '7', 'next'), undefined);
});
