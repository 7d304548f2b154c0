import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { SessionFigures } from '../../../../src/addon/contract.ts';
import { HEP_TYPES, type HepPacket } from '../../../../src/modules/acct-rtcp-hep/hep.ts';
import { QualityReports } from '../../../../src/modules/acct-rtcp-hep/quality-reports.ts';
import type { Session } from '../../../../src/session/session.ts';
import { until } from '../../../helpers/deadline.ts';
import { channel, sessionStats } from '../../session/stats.ts';
import { endOf, relayedSession, ServicesBook } from './module-rig.ts';

const DEADLINE_MS = 15_000;
const CALLER = { family: 4, port: 4000, ip0: 0x7f000001, ip1: 0, ip2: 0, ip3: 0 };
const CALLEE = { ...CALLER, port: 5000 };

/** The caller has sent so many packets, the callee none. */
function sent(packets: number): SessionFigures {
  const leg = {
    rtp: channel({ received: packets }),
    received: packets,
    sent: packets,
    firstIn: 1,
    lastIn: 2,
    payloadType: 0,
  };
  return sessionStats(60, { media: CALLEE }, { ...leg, media: CALLER });
}

function open(t: TestContext) {
  const services = new ServicesBook();
  const packets: HepPacket[] = [];
  const reports = new QualityReports(services, (packet) => packets.push(packet));
  t.after(() => reports.close());
  const take = () => packets.splice(0).map((packet) => ({ ...packet, report: JSON.parse(packet.payload.toString()) }));
  return { services, reports, packets, take };
}

function end(reports: QualityReports, session: Session, figures: SessionFigures): void {
  // Reports are made of the figures alone.
  reports.ended(endOf(session, figures));
}

test('streams are told every 5 s in which something was sent', { timeout: 30_000 }, async (t) => {
  const { services, reports, packets, take } = open(t);
  const session = relayedSession();
  services.known.set(session, sent(250));
  reports.created(session);
  await until(() => packets.length > 0, DEADLINE_MS, 'a report');
  const [first, ...others] = take();
  assert(first !== undefined && others.length === 0);
  assert.equal(first.type, HEP_TYPES.qualityReport);
  assert.deepEqual(first.source, { host: '127.0.0.1', port: 4000 });
  assert.deepEqual(first.destination, { host: session.legs[1].local.host, port: 35_002 });
  assert.equal(first.correlationId, 'call-A');
  assert.deepEqual([first.report.TYPE, first.report.TOTAL_PK, first.report.PARTY], ['PERIODIC', 250, 0]);
});

test('at the end there are the last interval and the whole of each stream', (t) => {
  const { reports, take } = open(t);
  const session = relayedSession();
  reports.created(session);
  end(reports, session, sent(100));
  const told = take().map(({ type, report }) => [type, report.TYPE, report.PARTY, report.TOTAL_PK]);
  assert.deepEqual(told, [
    [HEP_TYPES.qualityReport, 'HANGUP', 0, 100],
    [HEP_TYPES.finalReport, 'FINAL', 1, 0],
    [HEP_TYPES.finalReport, 'FINAL', 0, 100],
  ]);
  end(reports, session, sent(100));
  assert.deepEqual(take(), []);
});

test('of a session that was never complete there is nothing to say', (t) => {
  const { reports, take } = open(t);
  const session = relayedSession();
  session.complete = false;
  reports.created(session);
  end(reports, session, sent(0));
  assert.deepEqual(take(), []);
});
