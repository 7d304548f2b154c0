import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAEMON_STATISTICS } from '../../../src/protocol/statistics.ts';
import { sessionStats, ZERO_TOTALS } from '../session/stats.ts';
import { commandRig } from './command-rig.ts';

/** Every name of protocol.md 8.8. */
const NAMES = [
  ...['nsess_created', 'nsess_destroyed', 'nsess_timeout', 'nsess_complete', 'nsess_nortp', 'nsess_owrtp'],
  ...['nsess_nortcp', 'nsess_owrtcp', 'nplrs_created', 'nplrs_destroyed', 'npkts_rcvd', 'npkts_played'],
  ...['npkts_relayed', 'npkts_resizer_in', 'npkts_resizer_out', 'npkts_resizer_discard', 'npkts_discard'],
  ...['total_duration', 'ncmds_rcvd', 'ncmds_rcvd_ndups', 'ncmds_succd', 'ncmds_errs', 'ncmds_repld', 'rtpa_nsent'],
  ...['rtpa_nrcvd', 'rtpa_ndups', 'rtpa_nlost', 'rtpa_perrs', 'pps_in'],
];

test('every name is known, and the real numbers have six decimals', () => {
  const { ask } = commandRig();
  for (const name of NAMES) {
    const zero = ['total_duration', 'pps_in'].includes(name) ? '0.000000' : '0';
    const value = name.startsWith('ncmds_') ? /^\d+\n$/ : new RegExp(`^${zero}\\n$`);
    assert.match(ask(`G ${name}`), value, name);
  }
});

test('the table has the names of the C daemon, and our own are marked', () => {
  const ofBoth = DAEMON_STATISTICS.flatMap((row) => ('ours' in row ? [] : [row.name]));
  assert.deepEqual([...ofBoth].sort(), [...NAMES].sort());
});

test('values come in the order asked, with their names if wanted', () => {
  const { ask, engine, state, counters } = commandRig();
  engine.totalFigures = {
    ...ZERO_TOTALS,
    ...{
      packetsReceived: 5,
      packetsRelayed: 4,
      packetsDiscarded: 1,
      packetsPerSecond: 50,
      packetsIgnored: 6,
      packetsRefused: 7,
      packetsDenied: 8,
      packetsLooped: 9,
    },
  };
  state.duplicates = 3;
  counters.add('total_duration', 1.25);
  assert.equal(
    ask('G npkts_rcvd npkts_relayed npkts_discard pps_in npkts_ignored npkts_refused npkts_denied npkts_looped'),
    '5 4 1 50.000000 6 7 8 9\n',
  );
  assert.equal(ask('Gv total_duration ncmds_rcvd_ndups'), 'total_duration=1.250000 ncmds_rcvd_ndups=3\n');
  assert.equal(ask('G npkts_rcvd npkts_rcvd'), '5 5\n');
  assert.equal(ask('G'), '\n');
});

test('the current command is received, and not yet answered', () => {
  const { ask } = commandRig();
  ask('V');
  assert.equal(ask('G ncmds_rcvd ncmds_succd ncmds_repld'), '2 1 1\n');
});

test('what ended calls received is counted before the answer', () => {
  const { ask, engine } = commandRig();
  engine.figures = sessionStats(60, { sent: 10, received: 8 });
  ask('U c 127.0.0.1 4000 a');
  ask('D c a');
  assert.equal(ask('G rtpa_nsent rtpa_nrcvd rtpa_nlost'), '10 8 2\n');
});

test('unknown names and modifiers', () => {
  const { ask } = commandRig();
  assert.equal(ask('G nope'), 'E68\n');
  assert.equal(ask('G nsess_created NSESS_CREATED'), 'E68\n');
  assert.equal(ask('G constructor'), 'E68\n');
  assert.equal(ask('Gx nsess_created'), 'E9\n');
});

test('what does not fit is told from whether it is a name or a value (E25, E68)', () => {
  const { ask, counters } = commandRig();
  counters.add('nsess_created', 1234);
  const reply = 'nsess_created=1234\n';
  assert.equal(ask('Gv nsess_created', reply.length), reply);
  assert.equal(ask('Gv nsess_created', reply.length - 1), 'E25\n', 'the LF does not fit');
  assert.equal(ask('Gv nsess_created', reply.length - 2), 'E68\n', 'the value does not fit');
  assert.equal(ask('Gv nsess_created', 'nsess_created='.length), 'E68\n');
  assert.equal(ask('Gv nsess_created', 'nsess_created='.length - 1), 'E25\n', 'the name does not fit');
  assert.equal(ask('Gv nope', 'nope='.length), 'E68\n');
  assert.equal(ask('Gv nope', 'nope='.length - 1), 'E25\n', 'an unknown name is written too');
});
