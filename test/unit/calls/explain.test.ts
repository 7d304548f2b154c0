import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain, RULES } from '../../../src/calls/explain.ts';
import type { Finding } from '../../../src/calls/view.ts';
import { at, type CallChanges, callView, SILENT } from '../../helpers/call-views.ts';

// For each rule a call that it is about, and calls that look nearly like it.

interface Case {
  readonly severity: Finding['severity'];
  readonly leg: Finding['leg'];
  /** In its sentence. */
  readonly text: RegExp;
  readonly hit: CallChanges;
  /** What makes each of them another case. */
  readonly misses: Readonly<Record<string, CallChanges>>;
}

const YOUNG = { duration_s: 4, ttl_s: 60 };
const PRIVATE = { signalled_address: '192.168.1.7:4000', remote_address: '192.168.1.7:4000' };
const QUIET = { since_last_packet_s: 55, last_packet_at: at(5), received_packets: 150, packets_per_second: 0 };
const UNHEARD = { dropped_packets: 250, relayed_packets: 2650 };

/** So many ICMP messages, the last ones of them without a pause and the very last so many seconds ago. */
function unreachable(recent: number, ago: number, reports = recent) {
  return {
    unreachable_reports: reports,
    unreachable_recent: recent,
    unreachable_error: 'ECONNREFUSED',
    unreachable_at: at(60 - ago),
  };
}

const CASES: Readonly<Record<string, Case>> = {
  'not-answered': {
    severity: 'problem',
    leg: null,
    text: /^No L has come in 61 s/,
    hit: { complete: false, duration_s: 61, ttl_s: 20, caller: SILENT, callee: SILENT },
    misses: { 'it is complete': {} },
  },
  loop: {
    severity: 'problem',
    leg: null,
    text: /192\.0\.2\.10:4000: the party there hears itself/,
    hit: { callee: { remote_address: '192.0.2.10:4000' } },
    misses: {
      'two phones behind one NAT': { callee: { remote_address: '192.0.2.10:4002' } },
      'no address at all': { caller: { remote_address: null }, callee: { remote_address: null } },
      'the address of this host with a port of another call': {
        callee: { signalled_address: '203.0.113.1:36000', remote_address: '203.0.113.1:36000' },
      },
    },
  },
  'address-family': {
    severity: 'problem',
    leg: 'caller',
    text: /^The caller is at \[2001:db8::7\]:4000, but its leg listens on IPv4: 203\.0\.113\.1:35002\.$/,
    hit: { caller: { remote_address: '[2001:db8::7]:4000' } },
    misses: {
      'both are of one family': {
        caller: { remote_address: '[2001:db8::7]:4000', local_address: '[2001:db8::1]:35002' },
      },
      'nobody is there yet': { caller: { remote_address: null, signalled_address: null } },
      'the legs are of two families': {
        caller: {
          remote_address: '[2001:db8::7]:4000',
          signalled_address: '[2001:db8::7]:4000',
          local_address: '[::]:35002',
        },
      },
    },
  },
  'ending-soon': {
    severity: 'problem',
    leg: null,
    text: /^The session ends in 8 s/,
    hit: { ttl_s: 8, caller: { on_hold: true, ...QUIET }, callee: QUIET },
    misses: {
      'a short -T': { ttl_s: 8 },
      'one party is muted, with one timer': {
        ttl_s: 8,
        callee: { ...QUIET, since_last_packet_s: 15, payload_type: 13 },
      },
      'there is time': { ttl_s: 11, caller: { on_hold: true, ...QUIET }, callee: QUIET },
    },
  },
  player: {
    severity: 'problem',
    leg: 'caller',
    text: /^A prompt is played to the caller, who does not hear the callee meanwhile; 250 packets were dropped/,
    hit: { caller: { playing: true }, callee: UNHEARD },
    misses: { 'nothing is played': { callee: UNHEARD } },
  },
  hold: {
    severity: 'problem',
    leg: 'caller',
    text: /250 packets of the callee went nowhere/,
    hit: { caller: { ...SILENT, on_hold: true, remote_address: null, signalled_address: null }, callee: UNHEARD },
    misses: { 'not on hold': { caller: { remote_address: '198.51.100.3:4000' } } },
  },
  'fork-target': {
    severity: 'problem',
    leg: null,
    text: /target of a fork .*, though both speak\.$/,
    hit: { fork_target: true, caller: UNHEARD, callee: UNHEARD },
    misses: { 'a call of its own': {} },
  },
  'strangers-only': {
    severity: 'problem',
    leg: 'caller',
    text: /expected at 192\.0\.2\.10:4000, but packets come from 198\.51\.100\.9:4000 only/,
    hit: { caller: { ...SILENT, asymmetric: true, ignored_address: '198.51.100.9:4000', ignored_packets: 100 } },
    misses: {
      'the party sends, too': {
        caller: { asymmetric: true, ignored_address: '198.51.100.9:4000', ignored_packets: 10 },
      },
      'nobody sends': { caller: { ...SILENT, asymmetric: true } },
      'on hold': { caller: { ...SILENT, on_hold: true, ignored_address: '198.51.100.9:4000', ignored_packets: 100 } },
    },
  },
  'advertised-address': {
    severity: 'problem',
    leg: 'callee',
    text: /^The callee at 198\.51\.100\.20:6000 is told to send to 10\.0\.0\.5, a private address/,
    hit: { callee: { ...SILENT, local_address: '10.0.0.5:35000' } },
    misses: {
      'it gets through': { callee: { local_address: '10.0.0.5:35000' } },
      'the public address is advertised': {
        callee: { ...SILENT, local_address: '10.0.0.5:35000', advertised_host: '203.0.113.1' },
      },
      'a name is advertised': {
        callee: { ...SILENT, local_address: '10.0.0.5:35000', advertised_host: 'media.example' },
      },
      'the party is in the private network': {
        callee: { ...SILENT, local_address: '10.0.0.5:35000', remote_address: '10.0.0.9:6000' },
      },
      'bound to every address': { callee: { ...SILENT, local_address: '0.0.0.0:35000' } },
      'it has just begun': { ...YOUNG, callee: { ...SILENT, local_address: '10.0.0.5:35000' } },
    },
  },
  'private-address': {
    severity: 'problem',
    leg: 'caller',
    text: /^The caller signalled 192\.168\.1\.7:4000, which cannot be reached from here/,
    hit: { caller: { ...SILENT, ...PRIVATE } },
    misses: {
      'it was found behind its NAT': { caller: { signalled_address: '192.168.1.7:4000', remote_origin: 'learned' } },
      'the daemon is in that network': { caller: { ...SILENT, ...PRIVATE, local_address: '192.168.1.1:35002' } },
      'so is the other party, and the daemon has every address': {
        caller: { ...SILENT, ...PRIVATE, local_address: '0.0.0.0:35002' },
        callee: { remote_address: '192.168.1.9:6000' },
      },
      'a public address': { caller: SILENT },
      'it has just begun': { ...YOUNG, caller: { ...SILENT, ...PRIVATE } },
    },
  },
  'no-packets': {
    severity: 'problem',
    leg: 'caller',
    text: /^No packets have come from the caller in 58 s/,
    hit: { caller: SILENT },
    misses: {
      'the other party began 4 s ago': {
        caller: { ...SILENT, remote_since_at: at(1) },
        callee: { first_packet_at: at(56), remote_since_at: at(56) },
      },
      'L came 4 s ago': { caller: SILENT, callee: { ...SILENT, remote_since_at: at(56) } },
      'the other one is on hold': { caller: SILENT, callee: { on_hold: true } },
      'the target of a fork': { fork_target: true, caller: SILENT },
      'a prompt is played to the other one': { caller: SILENT, callee: { playing: true } },
      'not complete': { complete: false, duration_s: 30, caller: SILENT, callee: SILENT },
      'a private address says more': { caller: { ...SILENT, ...PRIVATE } },
    },
  },
  stopped: {
    severity: 'problem',
    leg: 'callee',
    text: /^The callee stopped sending 55 s ago, after 150 packets\.$/,
    hit: { callee: QUIET },
    misses: {
      'a pause of speech': { callee: { since_last_packet_s: 9 } },
      'comfort noise may have come before': { callee: { ...QUIET, other_payload_packets: 1 } },
      'a fax is received': { callee: { ...QUIET, invalid_packets: 40 } },
      'nothing but comfort noise came': { callee: { ...QUIET, payload_type: 13 } },
      'on hold': { callee: { ...QUIET, on_hold: true } },
      'the other one is on hold': { caller: { on_hold: true }, callee: QUIET },
      'never began': { callee: SILENT },
    },
  },
  contested: {
    severity: 'problem',
    leg: 'caller',
    text: /^Two sources contest the caller's leg: 198\.51\.100\.8:4000 gets its media, and 198\.51\.100\.9:4000 sends too/,
    hit: {
      caller: {
        remote_address: '198.51.100.8:4000',
        ignored_address: '198.51.100.9:4000',
        ignored_packets: 600,
        ignored_reason: 'another source is sending',
      },
    },
    misses: {
      'the one that is heard is on the signalled host': {
        caller: { remote_address: '192.0.2.10:4002', ignored_address: '198.51.100.9:4000', ignored_packets: 600 },
      },
      'the one that is heard was signalled': { caller: { ignored_address: '198.51.100.9:4000', ignored_packets: 600 } },
      'a spray': {
        caller: { remote_address: '198.51.100.8:4000', ignored_address: '198.51.100.9:4000', ignored_packets: 49 },
      },
      'a few of a long call': {
        caller: { remote_address: '198.51.100.8:4000', ignored_address: '198.51.100.9:4000', ignored_packets: 500 },
      },
    },
  },
  denied: {
    severity: 'problem',
    leg: 'caller',
    text: /^Nothing is sent to the caller at 192\.0\.2\.10:4000, which is denied: the configuration denies it\.$/,
    hit: { caller: { denied_reason: 'the configuration denies it' } },
    misses: { 'no reason': {} },
  },
  'send-errors': {
    severity: 'problem',
    leg: 'callee',
    text: /^The kernel refuses packets to the callee at 198\.51\.100\.20:6000: EPERM, 2900 packets of 2900\.$/,
    hit: { caller: { relayed_packets: 0 }, callee: { send_errors: 2900, send_error: 'EPERM' } },
    misses: {
      'one in a hundred is refused, now and then': { callee: { send_errors: 29, send_error: 'ECONNREFUSED' } },
      'the first ones': { caller: { relayed_packets: 10 }, callee: { send_errors: 4, send_error: 'ENETUNREACH' } },
    },
  },
  unreachable: {
    severity: 'problem',
    leg: 'callee',
    text: /^Packets to the callee at 198\.51\.100\.20:6000 do not arrive: ICMP says ECONNREFUSED, 3 times\.$/,
    hit: { callee: unreachable(3, 4) },
    misses: {
      'the first ones': { callee: unreachable(2, 1) },
      'one now and then, in a long call': { callee: unreachable(1, 1, 200) },
      'there were some, and no more': { callee: unreachable(30, 6) },
    },
  },
  'payload-type': {
    severity: 'problem',
    leg: 'caller',
    text: /^The caller sends payload type 97, which the callee does not list \(0, 8, 101\)\.$/,
    hit: { caller: { payload_type: 97, codec: null }, callee: { offered_payload_types: [0, 8, 101] } },
    misses: {
      'it is in the list': { callee: { offered_payload_types: [8, 0] } },
      'there is no list': { caller: { payload_type: 97 } },
      'the list is empty': { caller: { payload_type: 97 }, callee: { offered_payload_types: [] } },
      'its own list does not matter': { caller: { payload_type: 8, offered_payload_types: [0] } },
      'a key was pressed': {
        caller: { payload_type: 101, other_payload_packets: 2890 },
        callee: { offered_payload_types: [0] },
      },
      'comfort noise': { caller: { payload_type: 13 }, callee: { offered_payload_types: [0] } },
    },
  },
  'packet-loss': {
    severity: 'problem',
    leg: 'caller',
    text: /^4\.0 % of the caller's packets are lost before they come here \(116 packets in 90 runs\)\.$/,
    hit: { caller: { loss_percent: 4, lost_packets: 116, loss_events: 90 } },
    misses: {
      'less than three in a hundred': { caller: { loss_percent: 2.9, lost_packets: 84, loss_events: 70 } },
      'of the first packets': { caller: { loss_percent: 10, lost_packets: 20, expected_packets: 200 } },
    },
  },
  'late-packets': {
    severity: 'problem',
    leg: 'callee',
    text: /^5\.0 % of the callee's packets come later/,
    hit: { callee: { late_packets: 145 } },
    misses: {
      'a few': { callee: { late_packets: 80 } },
      'of the first packets': { callee: { late_packets: 100, expected_packets: 200 } },
    },
  },
  'far-loss': {
    severity: 'problem',
    leg: 'caller',
    text: /^The caller reports that 6\.0 % of what it is sent is lost, and 0\.0 % were lost before/,
    hit: { caller: { far_loss_percent: 6 } },
    misses: {
      'it was lost before': { caller: { far_loss_percent: 6 }, callee: { loss_percent: 4, mos_lq: 4 } },
      'a little': { caller: { far_loss_percent: 4.9 } },
      'nothing is known': { caller: { far_loss_percent: null } },
    },
  },
  'found-elsewhere': {
    severity: 'info',
    leg: 'caller',
    text: /^The caller is at 198\.51\.100\.7:1025, not at 192\.168\.1\.7:4000: its packets come from there since 2026-03-01T10:00:03\.000Z\.$/,
    hit: {
      caller: {
        signalled_address: '192.168.1.7:4000',
        remote_address: '198.51.100.7:1025',
        remote_origin: 'learned',
        remote_since_at: at(3),
      },
    },
    misses: {
      'found where it was signalled': { caller: { remote_origin: 'learned' } },
      'signalling moved it': { caller: { remote_address: '198.51.100.7:1025' } },
    },
  },
  strangers: {
    severity: 'info',
    leg: 'callee',
    text: /^7 packets to the callee's port came from others and were ignored, the last from 198\.51\.100\.9:4000 \(another source is sending\)/,
    hit: {
      callee: {
        ignored_packets: 7,
        ignored_address: '198.51.100.9:4000',
        ignored_reason: 'another source is sending',
      },
    },
    misses: { 'there are none': {} },
  },
};

test('every rule has its cases, and a name of its own', () => {
  const names = RULES.map(({ name }) => name);
  assert.deepEqual(names.toSorted(), Object.keys(CASES).sort());
  assert.equal(new Set(names).size, names.length);
});

test('a call of two parties that talk is healthy', () => {
  assert.deepEqual(explain(callView()), []);
});

for (const [rule, { severity, leg, text, hit, misses }] of Object.entries(CASES)) {
  test(`${rule}: found, with evidence and what to do`, () => {
    const findings = explain(callView(hit));
    const finding = findings.find((each) => each.rule === rule);
    assert.ok(finding, JSON.stringify(findings));
    assert.deepEqual([finding.severity, finding.leg], [severity, leg]);
    assert.match(finding.text, text);
    assert.equal(finding.advice === null, severity === 'info');
    assert.notEqual(Object.keys(finding.evidence).length, 0);
    // Whatever else is told is no fault.
    assert.deepEqual(
      findings.filter((each) => each.rule !== rule && each.severity === 'problem').map((each) => each.rule),
      [],
    );
  });

  for (const [name, changes] of Object.entries(misses)) {
    test(`${rule}: not when ${name}`, () => {
      const rules = explain(callView(changes)).map((finding) => finding.rule);
      assert.ok(!rules.includes(rule), rules.join(', '));
    });
  }
}

test('a call that rings, a prompt and a hold are facts, not problems', () => {
  const calls: CallChanges[] = [
    { complete: false, duration_s: 30, ttl_s: 30, caller: SILENT, callee: SILENT },
    { fork_target: true, caller: SILENT, callee: UNHEARD },
    { caller: { playing: true }, callee: { dropped_packets: 249 } },
    { caller: { playing: true }, callee: { ...QUIET, ...UNHEARD } },
    { caller: { on_hold: true, ...QUIET }, callee: QUIET },
    { caller: { ...SILENT, on_hold: true, remote_address: null }, callee: { dropped_packets: 249 } },
  ];
  for (const call of calls) {
    const findings = explain(callView(call));
    assert.notDeepEqual(findings, []);
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'problem'),
      [],
    );
  }
});

test('a call without an L is a problem when its end is near, however young it is', () => {
  const findings = explain(callView({ complete: false, duration_s: 20, ttl_s: 10, caller: SILENT, callee: SILENT }));
  assert.deepEqual(
    findings.map(({ rule, severity }) => [rule, severity]),
    [['not-answered', 'problem']],
  );
});

test('with a timer for each leg one party that has been silent for long ends the call', () => {
  const rules = explain(callView({ ttl_s: 5, callee: QUIET })).map(({ rule }) => rule);
  assert.deepEqual(rules, ['ending-soon', 'stopped']);
});

test('a port of the call itself, or packets that circulate, are loops', () => {
  const own = explain(callView({ callee: { signalled_address: '203.0.113.1:35002' } }));
  assert.match(own.find(({ rule }) => rule === 'loop')?.text ?? '', /^203\.0\.113\.1:35002 was signalled/);
  const advertised = { advertised_host: '203.0.113.77', signalled_address: '203.0.113.77:35000' };
  assert.ok(explain(callView({ callee: advertised })).some(({ rule }) => rule === 'loop'));
  assert.match(explain(callView({ caller: { looped: true } }))[0]?.text ?? '', /go round/);
});

test('problems stand before facts, and evidence has the keys of the view', () => {
  const call = callView({
    caller: { ignored_packets: 7, ignored_address: '198.51.100.9:4000' },
    callee: { ...SILENT, offered_payload_types: [8, 101] },
  });
  const findings = explain(call);
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ['payload-type', 'no-packets', 'strangers'].sort((a, b) => order(a) - order(b)),
  );
  const payload = findings.find(({ rule }) => rule === 'payload-type');
  assert.deepEqual(payload?.evidence, {
    'caller.payload_type': 0,
    'caller.codec': 'PCMU',
    'caller.received_packets': 2900,
    'caller.other_payload_packets': 0,
    'callee.offered_payload_types': '8,101',
  });
  assert.equal(findings.find(({ rule }) => rule === 'no-packets')?.evidence.duration_s, 60);
});

function order(rule: string): number {
  return RULES.findIndex(({ name }) => name === rule);
}
