import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { acctRtcpHep, type HepOptions } from '../../../../src/modules/acct-rtcp-hep/acct-rtcp-hep.ts';
import type { Protocol } from '../../../../src/modules/acct-rtcp-hep/settings.ts';
import { type ModuleSetting, type ModuleSettings, ModuleStartError } from '../../../../src/modules/module.ts';
import { atEnd } from '../../../helpers/cleanup.ts';
import { HepCollector } from '../../../helpers/hep-collector.ts';
import { freeTcpPort } from '../../../helpers/tcp-port.ts';
import { relayedSession, rtcpPacket, ServicesBook } from './module-rig.ts';
import { RR, rrWithBlocks, SDES, SR } from './rtcp-packets.ts';

const PLAIN: HepOptions = { quality: false, split: false, key: undefined };

function settingsFor(port: number, more: Readonly<Record<string, string>> = {}): ModuleSettings {
  const text = (key: string, value: string): ModuleSetting => ({ key, text: value, kind: 'text' });
  const settings = new Map([['capt_host', text('capt_host', '127.0.0.1')]]);
  settings.set('capt_port', { key: 'capt_port', text: String(port), kind: 'integer', integer: port });
  for (const [key, value] of Object.entries(more)) settings.set(key, text(key, value));
  return settings;
}

async function start(t: TestContext, options: HepOptions = PLAIN, protocol: Protocol = 'udp') {
  const collector = await HepCollector.open(t, protocol);
  const services = new ServicesBook();
  const module = await acctRtcpHep(options).create(settingsFor(collector.port, { capt_ptype: protocol }), services);
  atEnd(t, () => module.stop());
  return { collector, services, module };
}

test('a packet brings its reports, the Call-ID and both addresses', async (t) => {
  const { collector, services, module } = await start(t);
  module.rtcp?.(rtcpPacket(relayedSession(), 1, RR + SDES + SR));
  const [packet] = await collector.take(1);
  const { payload, ...rest } = packet ?? assert.fail();
  assert.deepEqual(rest, {
    family: 2,
    transport: 17,
    source: '127.0.0.1:4001',
    destination: '127.0.0.9:35003',
    at: 1_700_000_000.123456,
    type: 5,
    captureId: 101,
    key: undefined,
    correlationId: 'call-A',
  });
  assert.equal(payload.split('}{').length, 2);
  assert.deepEqual([services.counts, services.lines], [{ delivered: 1, lost: 0 }, []]);
});

test('without a report the payload is empty', async (t) => {
  const { collector, module } = await start(t);
  module.rtcp?.(rtcpPacket(relayedSession(), 1, SDES));
  assert.deepEqual((await collector.take(1))[0]?.payload, '');
});

test('what is no RTCP is logged and not sent', async (t) => {
  const { collector, services, module } = await start(t);
  module.rtcp?.(rtcpPacket(relayedSession(), 1, `${SR}81ca003200000001`));
  assert.deepEqual(services.lines, ['ERR:call-A: rtcp2json() failed: -196']);
  module.rtcp?.(rtcpPacket(relayedSession(), 1, RR));
  assert.equal((await collector.take(1)).length, 1);
});

test('split, each block has a packet of its own, and there is none without a report', async (t) => {
  const { collector, module } = await start(t, { ...PLAIN, split: true });
  module.rtcp?.(rtcpPacket(relayedSession(), 1, SDES));
  module.rtcp?.(rtcpPacket(relayedSession(), 1, SR + rrWithBlocks(2)));
  const objects = (await collector.take(3)).map(({ payload }) => JSON.parse(payload));
  assert.deepEqual(
    objects.map(({ type, report_count }) => [type, report_count]),
    [
      [200, 0],
      [201, 1],
      [201, 1],
    ],
  );
});

test('of a packet with very many reports the first ones are sent, and the rest is lost', async (t) => {
  for (const { split, hex, packets, sent, lost } of [
    { split: true, hex: RR.repeat(1024), packets: 64, sent: 64, lost: 960 },
    { split: false, hex: SR.repeat(292), packets: 1, sent: 64, lost: 228 },
    { split: true, hex: rrWithBlocks(31).repeat(10), packets: 62, sent: 62, lost: 248 },
  ]) {
    const { collector, services, module } = await start(t, { ...PLAIN, split }, 'tcp');
    module.rtcp?.(rtcpPacket(relayedSession(), 1, hex));
    module.rtcp?.(rtcpPacket(relayedSession('call-B'), 1, RR));
    const found = await collector.take(packets + 1);
    assert.equal(found.at(-1)?.correlationId, 'call-B');
    const reports = found.slice(0, -1).flatMap(({ payload }) => payload.split('}{'));
    assert.equal(reports.length, sent);
    assert.deepEqual(services.counts, { delivered: packets + 1, lost });
    assert.deepEqual(services.lines, [`WARN:GLOBAL: ${lost} packets to the collector lost: a party reports too much`]);
  }
});

test('a party has its share of reports in each second, the other one its own', async (t) => {
  const { collector, services, module } = await start(t, PLAIN, 'tcp');
  const session = relayedSession();
  const packet = rtcpPacket(session, 1, RR.repeat(50));
  for (let count = 0; count < 5; count++) module.rtcp?.(packet);
  module.rtcp?.(rtcpPacket(session, 0, RR));
  module.rtcp?.({ ...packet, arrivedAt: packet.arrivedAt + 1 });
  const found = (await collector.take(6)).map(({ payload }) => payload.split('}{').length);
  assert.deepEqual(found, [50, 50, 50, 50, 1, 50]);
  assert.deepEqual(services.counts, { delivered: 6, lost: 50 });
});

test('a digit comes as a log of the call', async (t) => {
  const { collector, module } = await start(t, { ...PLAIN, key: 'secret' });
  const session = relayedSession();
  const packet = { ...rtcpPacket(session, 1, '80e5000100000000000000010a8a0280'), channel: 'RTP' as const };
  module.dtmf?.({ session, leg: 1, digit: '#', duration: 640, volume: 10, timestamp: 0, packet });
  const [found] = await collector.take(1);
  assert.deepEqual([found?.type, found?.key, found?.correlationId], [100, 'secret', 'call-A']);
  assert.deepEqual(JSON.parse(found?.payload ?? ''), {
    CORRELATION_ID: 'call-A',
    RTP_SIP_CALL_ID: 'call-A',
    REPORT_TS: 1_700_000_000.123456,
    DTMF: 'ts:1700000000,tsu:123456,e:11,v:10,d:640,c:1;',
    DIGIT: '#',
    SRC_IP: '127.0.0.1',
    SRC_PORT: 4001,
    DST_IP: '127.0.0.9',
    DST_PORT: 35003,
    CODEC_PT: 101,
    CODEC_NAME: 'telephone-event',
    PARTY: 0,
    TYPE: 'DTMF',
  });
});

test('it does not start without a collector that has a name and, over tcp, takes the connection', async () => {
  const { create } = acctRtcpHep(PLAIN);
  const port = await freeTcpPort('127.0.0.1');
  await assert.rejects(
    async () => create(settingsFor(port, { capt_ptype: 'tcp' }), new ServicesBook()),
    (error) => error instanceof ModuleStartError && error.message === 'Connection refused (111)',
  );
  await assert.rejects(
    async () => create(settingsFor(port, { capt_host: '' }), new ServicesBook()),
    (error) =>
      error instanceof ModuleStartError && error.lines[0] === 'capture: getaddrinfo: Name or service not known',
  );
});
