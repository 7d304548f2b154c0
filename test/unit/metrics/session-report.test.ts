import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AddressFigures } from '../../../src/addon/contract.ts';
import { reportSession } from '../../../src/metrics/session-report.ts';
import { LogBook } from '../session/log-book.ts';
import { channel, sessionStats } from '../session/stats.ts';
import { testSession } from '../session/test-session.ts';

function report(figures: ReturnType<typeof sessionStats>, ports: readonly [number?, number?] = []): string[] {
  const log = new LogBook();
  const session = testSession('call', 'tag');
  session.legs[0].port = ports[0];
  session.legs[1].port = ports[1];
  session.complete = ports[1] !== undefined;
  reportSession(log, session, figures);
  return log.lines.map((line) => line.replace('INFO:call:session-report: ', ''));
}

/** An IPv4 address as the engine's figures have it. */
function ipv4(bytes: readonly [number, number, number, number], port: number): AddressFigures {
  return { family: 4, port, ip0: Buffer.from(bytes).readUInt32BE(), ip1: 0, ip2: 0, ip3: 0 };
}

test('a session with traffic: the lines of media.md 8, in their order', () => {
  const callee = {
    rtp: channel({ received: 10, relayed: 8, dropped: 2, ignored: 1 }),
    rtcp: channel({ received: 2, relayed: 2 }),
    firstIn: 1700000000.5,
    lastIn: 1700000002.25,
    longestIpi: 0.125,
    sent: 12,
    received: 9,
    duplicates: 1,
    ...{ jitterLast: 1.5, jitterMax: 20, jitterAvg: 1 / 3 },
    ssrc: 0xdeadbeef,
    ssrcChanges: 2,
    media: ipv4([198, 51, 100, 7], 4000),
    ignored: ipv4([203, 0, 113, 9], 6000),
  };
  const caller = {
    rtp: channel({ received: 3, relayed: 3 }),
    firstIn: 1700000001,
    lastIn: 1700000001,
    sent: 3,
    received: 3,
    ssrc: 7,
    ssrcChanges: 1,
    media: { family: 6, port: 4000, ip0: 0x20010db8, ip1: 0, ip2: 0, ip3: 1 },
  };
  assert.deepEqual(report(sessionStats(0, callee, caller), [41000, 41002]), [
    'RTP stats: 10 in from callee, 3 in from caller, 11 relayed, 2 dropped, 1 ignored',
    'RTP times: caller: first in at 1700000001.000000, duration 0.000000, longest IPI 0.000000',
    'RTP times: callee: first in at 1700000000.500000, duration 1.750000, longest IPI 0.125000',
    'RTCP stats: 2 in from callee, 0 in from caller, 2 relayed, 0 dropped, 0 ignored',
    'RTP stream from caller: SSRC=0x00000007, ssrc_changes=1, psent=3, precvd=3, plost=0, pdups=0, jlast=0.000000, jmax=0.000000, javg=0.000000',
    'RTP stream from callee: SSRC=0xDEADBEEF, ssrc_changes=2, psent=12, precvd=9, plost=3, pdups=1, jlast=1.500000, jmax=20.000000, javg=0.333333',
    'RTP addresses: caller: media sent to [2001:db8::1]:4000',
    'RTP addresses: callee: media sent to 198.51.100.7:4000, last ignored 203.0.113.9:6000',
    'session on ports 41000/41002 is cleaned up',
  ]);
});

test('what the kernel refused to send is told when there is some', () => {
  const callee = { rtp: channel({ refused: 3 }), rtcp: channel({ refused: 1 }) };
  const errors = (lines: string[]) => lines.filter((line) => line.includes('send errors'));
  assert.deepEqual(errors(report(sessionStats(0, callee, { rtp: channel({ refused: 2 }) }))), [
    'RTP send errors: 3 to callee, 2 to caller',
    'RTCP send errors: 1 to callee, 0 to caller',
  ]);
  assert.deepEqual(errors(report(sessionStats(0, {}, callee))), [
    'RTP send errors: 0 to callee, 3 to caller',
    'RTCP send errors: 0 to callee, 1 to caller',
  ]);
  assert.deepEqual(errors(report(sessionStats())), []);
});

test('a session without traffic has no times and no SSRC', () => {
  assert.deepEqual(report(sessionStats(), [41000, 41002]), [
    'RTP stats: 0 in from callee, 0 in from caller, 0 relayed, 0 dropped, 0 ignored',
    'RTCP stats: 0 in from callee, 0 in from caller, 0 relayed, 0 dropped, 0 ignored',
    'RTP stream from caller: SSRC=NONE, ssrc_changes=0, psent=0, precvd=0, plost=0, pdups=0, jlast=0.000000, jmax=0.000000, javg=0.000000',
    'RTP stream from callee: SSRC=NONE, ssrc_changes=0, psent=0, precvd=0, plost=0, pdups=0, jlast=0.000000, jmax=0.000000, javg=0.000000',
    'session on ports 41000/41002 is cleaned up',
  ]);
});

test('a session that was never complete has no streams, and 0 for the missing port', () => {
  assert.deepEqual(report(sessionStats(0, {}, { media: ipv4([198, 51, 100, 7], 4000) }), [41000]), [
    'RTP stats: 0 in from callee, 0 in from caller, 0 relayed, 0 dropped, 0 ignored',
    'RTCP stats: 0 in from callee, 0 in from caller, 0 relayed, 0 dropped, 0 ignored',
    'session on ports 41000/0 is cleaned up',
  ]);
});

test('above INFO nothing is written', () => {
  const log = new LogBook();
  log.level = 'WARN';
  reportSession(log, testSession('call', 'tag'), sessionStats());
  assert.deepEqual(log.lines, []);
});
