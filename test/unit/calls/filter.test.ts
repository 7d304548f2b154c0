import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callView } from '../../../src/calls/call-view.ts';
import { fits } from '../../../src/calls/filter.ts';
import { CallHistory } from '../../../src/calls/history.ts';
import type { CallFilter } from '../../../src/calls/source.ts';
import { testSession } from '../session/test-session.ts';
import { callFigures } from './fake-call-engine.ts';

const session = testSession('call-7@host', 'a');
session.legs[0].peer = { kind: 'address', host: '192.0.2.9', family: 4, port: 4000 };
const figures = callFigures({ sent: 1000, received: 900, lossEvents: 100, payloadType: 0 });
const history = new CallHistory(session, 1, 0);
history.look(figures, 1000);
const CALL = callView(history, figures, 1000);

const FILTERS: readonly (readonly [CallFilter, boolean])[] = [
  [{}, true],
  [{ callId: '7@ho' }, true],
  [{ callId: '8@ho' }, false],
  [{ address: '192.0.2.9' }, true],
  [{ address: '2.9:4000' }, true],
  [{ address: '192.0.2.8' }, false],
  [{ maxMos: 3.5 }, true],
  [{ maxMos: 3.3 }, false],
  [{ minLoss: 10 }, true],
  [{ minLoss: 10.1 }, false],
  [{ maxMos: 3.5, minLoss: 10 }, true],
  [{ maxMos: 3.5, minLoss: 20 }, false],
  [{ callId: 'call', address: '192', maxMos: 4, minLoss: 1 }, true],
];

for (const [filter, expected] of FILTERS) {
  test(`${JSON.stringify(filter)} ${expected ? 'fits' : 'does not fit'}`, () => {
    assert.equal(fits(CALL, filter), expected);
  });
}
