import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Told } from '../../../src/calls/change.ts';
import { CallHistory } from '../../../src/calls/history.ts';
import { channel } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';
import { callFigures } from './fake-call-engine.ts';

test('there is something to tell when figures, signalling or rates are others', () => {
  const history = new CallHistory(testSession('c', 'a'), 1, 0);
  const told = new Told();
  const changes = (version: number) => [told.update(history, version), told.update(history, version)];
  assert.deepEqual(changes(1), [true, false]);
  assert.deepEqual(changes(1), [false, false]);
  assert.deepEqual(changes(2), [true, false]);
  history.signalled(500);
  assert.deepEqual(changes(2), [true, false]);
  history.look(callFigures({ rtp: channel({ received: 50 }) }), 1000);
  assert.deepEqual(changes(2), [true, false]);
  history.pass(2000);
  assert.deepEqual(changes(2), [true, false], 'the rate is 0 now');
  history.pass(3000);
  assert.deepEqual(changes(2), [false, false], 'time passes');
});
