import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { HepCollector } from '../helpers/hep-collector.ts';
import type { DecodedHep } from '../helpers/hep-decoder.ts';
import { rrWithBlocks } from '../unit/modules/acct-rtcp-hep/rtcp-packets.ts';
import { eventPacket } from '../unit/modules/catch-dtmf/event-packets.ts';
import { Receiver } from '../unit/notify/receiver.ts';
import { KamailioCollector, type StoredPacket } from './support/kamailio-collector.ts';
import { HOST, portIn, rtcpOf, startRelay } from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { type Endpoint, UdpPeer } from './support/udp-peer.ts';

const CALL_ID = 'call-1@192.0.2.1';
const CAPTURE_ID = 74_565;
const KEY = 'secret';
/** Of each party. */
const REPORTS = 50;
const SPEECH = 60;
/** With the three packets of the digit. */
const BYTES = SPEECH * 160 + 3 * 4;
/** A burst would not fit the buffer of a collector. */
const PACE_MS = 3;
const DEADLINE_MS = 5000;

/** A daemon with all that it can send to those collectors, and who is notified. */
async function startAgent(t: TestContext, ports: readonly number[], more: readonly string[] = []) {
  const directory = temporaryDirectory(t);
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const sections = ports.map(
    (port, index) =>
      `  collector${index} { load = acct_rtcp_hep; capt_host = "${HOST}"; capt_port = ${port}; capt_id = ${CAPTURE_ID} }\n`,
  );
  const path = join(directory, 'notify');
  await Receiver.open(t, { path });
  const config = file('config', `modules {\n${sections.join('')}}\n`);
  const args = ['-l', HOST, '-n', `unix:${path}`, '--module', 'catch_dtmf', '--config', config, ...more];
  args.push('--hep-key-file', file('key', `${KEY}\n`));
  return { ...(await startRelay(t, args)), path };
}

async function sendAll(packets: readonly Buffer[], from: UdpPeer, to: Endpoint): Promise<void> {
  for (const packet of packets) {
    await from.send(packet, to);
    await delay(PACE_MS);
  }
}

/** RTCP of both parties, speech and a digit of the caller, and the end. */
async function call(t: TestContext, { control, path }: Awaited<ReturnType<typeof startAgent>>): Promise<void> {
  const [caller, callerRtcp] = await UdpPeer.openPair(t, HOST);
  const [callee, calleeRtcp] = await UdpPeer.openPair(t, HOST);
  const digits = `unix:${path} tag && M3:1 digit 101`;
  const forCallee = portIn(await control.command(`U ${CALL_ID} ${HOST} ${caller.local.port} from;1 ${digits}`));
  const forCaller = portIn(await control.command(`L ${CALL_ID} ${HOST} ${callee.local.port} from;1 to;1`));
  const speech = Array.from({ length: SPEECH }, (_, seq) => rtpPacket(seq));
  await sendAll(speech, caller, forCaller);
  await sendAll(
    [false, false, true].map((end) => eventPacket({ code: 5, timestamp: 160, end })),
    caller,
    forCaller,
  );
  const reports = (ssrc: number): Buffer[] => Array.from({ length: REPORTS }, (_, index) => rtcpPacket(ssrc + index));
  await sendAll(reports(1000), callerRtcp, rtcpOf(forCaller));
  await sendAll(reports(2000), calleeRtcp, rtcpOf(forCallee));
  await control.command(`D ${CALL_ID} from;1`);
}

/** What sipcapture stores of a packet by itself. */
function asStored({ at, correlationId, source, destination, captureId, payload }: DecodedHep): StoredPacket {
  return { at: Math.floor(at), correlationId, source, destination, node: `node:${captureId}`, text: payload };
}

/** What the route stores of it. */
function asRouted({ source, destination, captureId, key, payload }: DecodedHep): string {
  return `${source} ${destination} ${captureId} ${key} ${payload}`;
}

test('Kamailio stores RTCP, quality reports and digits as they were sent', { timeout: 60_000 }, async (t) => {
  const [plain, routed] = [await KamailioCollector.start(t, 'plain'), await KamailioCollector.start(t, 'routed')];
  const own = await HepCollector.open(t, 'udp');
  const agent = await startAgent(t, [plain.port, routed.port, own.port], ['--hep-quality']);
  await call(t, agent);

  // 34 of the caller's stream, 35 of both.
  const sent = await own.take(2 * REPORTS + 1 + 1 + 2);
  const ofType = (type: number) => sent.filter((packet) => packet.type === type);
  assert.deepEqual(
    [5, 34, 35, 100].map((type) => ofType(type).length),
    [2 * REPORTS, 1, 2, 1],
  );
  assert.ok(
    sent.every(
      ({ correlationId, captureId, key }) => correlationId === CALL_ID && captureId === CAPTURE_ID && key === KEY,
    ),
  );
  assert.deepEqual(
    [...ofType(34), ...ofType(35)]
      .map(({ payload }) => JSON.parse(payload))
      .map(({ TYPE, TOTAL_PK, PARTY, TL_BYTE, SEQ, SKEW, MAX_SKEW }) => [
        ...[TYPE, TOTAL_PK, PARTY, TL_BYTE, SEQ],
        ...[typeof SKEW, SKEW <= 0, typeof MAX_SKEW, MAX_SKEW <= SKEW],
      ]),
    [
      // The digit has an SSRC of its own.
      ['HANGUP', SPEECH + 3, 0, BYTES, 1, 'number', true, 'number', true],
      // Null is no more than 0 either.
      ['FINAL', 0, 1, 0, null, 'object', true, 'object', true],
      ['FINAL', SPEECH + 3, 0, BYTES, 1, 'number', true, 'number', true],
    ],
  );
  assert.equal(JSON.parse(ofType(100)[0]?.payload ?? '').DIGIT, '5');

  await Promise.all([plain.stop(), routed.stop()]);
  assert.deepEqual(plain.rows('rtcp_capture'), ofType(5).map(asStored));
  assert.deepEqual(plain.rows('logs_capture'), ofType(100).map(asStored));
  for (const type of [5, 34, 35, 100]) {
    const rows = routed.rows(`hep_${type}`);
    assert.deepEqual(
      rows.map(({ text }) => text),
      ofType(type).map(asRouted),
    );
    assert.ok(rows.every(({ correlationId }) => correlationId === CALL_ID));
  }
});

test('with --hep-split Kamailio stores a row for each report block', { timeout: 60_000 }, async (t) => {
  const plain = await KamailioCollector.start(t, 'plain');
  const own = await HepCollector.open(t, 'udp');
  const { control } = await startAgent(t, [plain.port, own.port], ['--hep-split']);
  const [, rtcp] = await UdpPeer.openPair(t, HOST);
  await control.command(`U ${CALL_ID} ${HOST} ${rtcp.local.port - 1} from`);
  const forCaller = portIn(await control.command(`L ${CALL_ID} ${HOST} 4000 from to`));
  await rtcp.send(Buffer.from(rrWithBlocks(3), 'hex'), rtcpOf(forCaller));
  await until(() => own.packets.length === 3, DEADLINE_MS, 'three packets');
  await plain.stop();
  assert.deepEqual(
    plain.rows('rtcp_capture').map(({ text }) => JSON.parse(text).report_count),
    [1, 1, 1],
  );
});
