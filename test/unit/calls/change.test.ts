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
  const changes = (version: number) => [
    told.isBehind(history),
    told.update(history, version),
    told.update(history, version),
  ];
  assert.deepEqual(changes(1), [true, true, false]);
  assert.deepEqual(changes(1), [false, false, false]);
  assert.deepEqual(changes(2), [false, true, false]);
  history.signalled();
  assert.deepEqual(changes(2), [true, true, false]);
  history.look(callFigures({ rtp: channel({ received: 50 }) }), 1000);
  assert.deepEqual(changes(2), [false, true, false]);
  history.pass(2000);
  assert.deepEqual(changes(2), [false, true, false], 'the rate is 0 now');
  history.pass(3000);
  assert.deepEqual(changes(2), [false, false, false], 'time passes');
});
