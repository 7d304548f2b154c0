import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZERO_TOTALS } from '../session/stats.ts';
import { commandRig } from './command-rig.ts';

const LINES =
  'sessions created: 2\nactive sessions: 1\nactive streams: 2\npackets received: 17\npackets transmitted: 21\n';

function rig() {
  const made = commandRig();
  made.ask('U c 127.0.0.1 4000 a');
  made.ask('U c 127.0.0.1 4000 b');
  made.ask('D c b');
  made.engine.totalFigures = { ...ZERO_TOTALS, packetsReceived: 17, packetsRelayed: 16, packetsPlayed: 5 };
  return made;
}

test('I and Ib tell sessions and packets, Il the load as well', () => {
  const { ask } = rig();
  assert.equal(ask('I'), LINES);
  assert.equal(ask('Ib'), LINES);
  assert.equal(ask('Il'), `${LINES}average load: 0.000000\n`);
  assert.equal(ask('Ix'), 'E18\n');
  assert.equal(ask('I x'), 'E1\n');
});

test('a reply that does not fit is an error, one that just fits is none', () => {
  const { ask } = rig();
  assert.equal(ask('I', LINES.length), LINES);
  assert.equal(ask('I', LINES.length - 1), 'E86\n');
  assert.equal(ask('Il', LINES.length), 'E86\n');
});
