import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTRACT } from '../../../src/addon/contract.ts';
import { sessionFigures, sessionRow } from '../../../src/addon/figures.ts';
import { FiguresView } from '../../../src/addon/figures-view.ts';

/** The figure at a path such as `legs.0.rtp.received`. */
function at(figures: object, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => Reflect.get(Object(part), name), figures);
}

test('every figure is the one that the row has, now and when the row is another one', () => {
  const paths = CONTRACT.sessionFigures ?? [];
  assert.equal(paths.length, sessionRow().length);
  const view = new FiguresView();
  for (const first of [1, 1000.25]) {
    const row = sessionRow().map((_, index) => first + index);
    const figures = view.of(row);
    for (const path of paths) assert.equal(at(figures, path), at(sessionFigures(row), path), path);
    row[0] = -1;
    assert.equal(figures.ttl, -1, 'read when it is asked for');
  }
  assert.throws(() => view.of(sessionRow().subarray(1)), /a row has \d+ numbers, not \d+/);
});
