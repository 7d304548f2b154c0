import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channel, sessionStats } from '../session/stats.ts';
import { commandRig } from './command-rig.ts';

const FIGURES = sessionStats(
  33,
  { rtp: channel({ received: 4, relayed: 3, dropped: 1 }), sent: 5, received: 4, longestIpi: 0.5 },
  {
    rtp: channel({ received: 13, relayed: 11, dropped: 2 }),
    ...{ sent: 16, received: 11, duplicates: 1, parseErrors: 1 },
    ...{ longestIpi: 1.25, jitterLast: 0.125, jitterMax: 2, jitterAvg: 1 / 3 },
  },
);

function rig() {
  const made = commandRig();
  made.ask('U q 127.0.0.1 4000 a');
  made.engine.figures = FIGURES;
  return made;
}

test('without names: ttl, packets of both parties, relayed, dropped', () => {
  const { ask } = rig();
  assert.equal(ask('Q q a'), '33 13 4 14 3\n');
  assert.equal(ask('Q q a b'), '33 13 4 14 3\n');
  assert.equal(ask('Q q b a'), '33 4 13 14 3\n');
  assert.equal(ask('Qv q a'), 'ttl=33 npkts_ina=13 npkts_ino=4 nrelayed=14 ndropped=3\n');
  assert.equal(ask('QVv q a'), ask('Qv q a'));
});

test('every name tells of the party that the first tag names', () => {
  const { ask } = rig();
  const values: Record<string, readonly [string, string]> = {
    ttl: ['33', '33'],
    npkts_ina: ['13', '4'],
    npkts_ino: ['4', '13'],
    nrelayed: ['14', '14'],
    ndropped: ['3', '3'],
    longest_ipi: ['1.250000', '0.500000'],
    rtpa_jlast: ['0.125000', '0.000000'],
    rtpa_jmax: ['2.000000', '0.000000'],
    rtpa_javg: ['0.333333', '0.000000'],
    rtpa_nsent: ['16', '5'],
    rtpa_nrcvd: ['11', '4'],
    rtpa_ndups: ['1', '0'],
    rtpa_nlost: ['5', '1'],
    rtpa_perrs: ['1', '0'],
  };
  for (const [name, [forward, reverse]] of Object.entries(values)) {
    assert.equal(ask(`Q q a b ${name}`), `${forward}\n`, name);
    assert.equal(ask(`Q q b a ${name}`), `${reverse}\n`, name);
    assert.equal(ask(`Qv q a b ${name}`), `${name}=${forward}\n`, name);
  }
  assert.equal(ask('Q q a b ttl rtpa_nsent ttl'), '33 16 33\n');
});

test('errors in their order: session, modifier, name', () => {
  const { ask } = rig();
  assert.equal(ask('Qx nope a b nope'), 'E50\n');
  assert.equal(ask('Qx q a b nope'), 'E19\n');
  assert.equal(ask('Qvx q a'), 'E19\n');
  assert.equal(ask('Q q a b nope'), 'E62\n');
  assert.equal(ask('Q q a b ttl TTL'), 'E62\n');
  assert.equal(ask('Q q'), 'E1\n');
});

test('a reply that does not fit is an error, and the sub-commands do not run', () => {
  const { ask, sessions } = rig();
  const reply = '33 13 4 14 3\n';
  assert.equal(ask('Q q a', reply.length), reply);
  assert.equal(ask('Q q a && D', reply.length - 1), 'E26\n');
  assert.equal(sessions.registry.size, 1);
  assert.equal(ask('Q q a && D', reply.length), reply);
  assert.equal(sessions.registry.size, 0);
});

test('a failure of a sub-command for which there is no room is an error', () => {
  const whole = '33 13 4 14 3 && 0 && -1\n';
  assert.equal(rig().ask('Q q a && D && D', whole.length), whole);
  const cut = '33 13 4 14 3 && -1\n';
  assert.equal(rig().ask('Q q a && D && D', whole.length - 1), cut);
  assert.equal(rig().ask('Q q a && D && D', cut.length), cut);
  assert.equal(rig().ask('Q q a && D && D', cut.length - 1), 'E26\n');
});

test('a name is written before it is looked up', () => {
  const { ask } = rig();
  const written = 'ttl=33 nope=';
  assert.equal(ask('Qv q a b ttl nope', written.length), 'E62\n');
  assert.equal(ask('Qv q a b ttl nope', written.length - 1), 'E26\n');
});
