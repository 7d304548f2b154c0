import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../helpers/deadline.ts';
import { httpRequest } from '../helpers/http-client.ts';
import { setUpSilentCalls, startHttpRelay } from './support/http-relay.ts';
import { Prometheus, promtoolComplaints } from './support/prometheus.ts';
import { assertRelayed, HOST, setUpCall } from './support/relay.ts';
import { rtcpPacket, rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

/** Seconds of scraping. */
const SECONDS = process.env.RTPPROXY_TEST_SCALE === 'full' ? 60 : 8;
const CALLS = 2000;
/** Prometheus takes 5 s until it knows its targets. */
const FIRST_MS = 15_000;
const DASHBOARD = new URL('../../docs/grafana/rtpproxy.json', import.meta.url);

/** The expressions of the dashboard, with its variables as they are when nothing was chosen. */
function expressions(): string[] {
  const dashboard = readFileSync(DASHBOARD, 'utf8');
  return [...dashboard.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(([, text = '']) =>
    String(JSON.parse(text))
      .replaceAll('$__rate_interval', '5s')
      .replaceAll(/\$(instance|job)/g, '.+'),
  );
}

async function metricsOf(target: { host: string; port: number }): Promise<ReadonlyMap<string, number>> {
  const { body } = await httpRequest(target, '/metrics');
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

test('promtool has nothing to say against the metrics', async (t) => {
  const { target } = await startHttpRelay(t);
  const { headers, body } = await httpRequest(target, '/metrics');
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.equal(promtoolComplaints(body), '');
});

test('Prometheus scrapes a daemon: as many series with 2000 calls as without, and some for each panel', async (t) => {
  const relay = await startHttpRelay(t, ['-L', '16000']);
  const prometheus = await Prometheus.start(t, relay.target);
  await until(async () => (await prometheus.value('up')) === 1, FIRST_MS, 'the first scrape');
  const before = await prometheus.value('count({job="rtpproxy"})');
  await setUpSilentCalls(relay, CALLS);
  await until(async () => (await prometheus.value('rtpproxy_sessions')) === CALLS, 5000, 'a scrape with all calls');
  await delay(SECONDS * 1000);
  assert.equal(await prometheus.value('count({job="rtpproxy"})'), before);
  assert.equal(await prometheus.value(`min_over_time(up[${SECONDS}s])`), 1);
  const failed: string[] = [];
  for (const expression of expressions()) {
    if ((await prometheus.query(expression)).length === 0) failed.push(expression);
  }
  assert.deepEqual(failed, []);
  const slowest = await prometheus.value(`max_over_time(scrape_duration_seconds[${SECONDS}s])`);
  t.diagnostic(`${before} series; the slowest scrape took ${slowest} s`);
});

test('what happens is counted', async (t) => {
  const { control, target } = await startHttpRelay(t);
  const at = { host: HOST, port: target.port };
  const [caller, callerRtcp] = await UdpPeer.openPair(t, HOST);
  const [callee, calleeRtcp] = await UdpPeer.openPair(t, HOST);
  const { forCaller, forCallee } = await setUpCall(control, 'c', caller.local, callee.local);
  for (let seq = 1; seq <= 3; seq++) await assertRelayed(rtpPacket(seq), caller, forCaller, callee, forCallee);
  const rtcp = { host: HOST, port: forCaller.port + 1 };
  const from = { host: HOST, port: forCallee.port + 1 };
  await assertRelayed(rtcpPacket(), callerRtcp, rtcp, calleeRtcp, from);
  const during = await metricsOf(at);
  assert.equal(during.get('rtpproxy_sessions'), 1);
  assert.equal(during.get(`rtpproxy_port_pairs{address="${HOST}",state="used"}`), 2);
  for (const fate of ['received', 'relayed']) {
    assert.equal(during.get(`rtpproxy_packets_${fate}_total{proto="rtp"}`), 3, fate);
    assert.equal(during.get(`rtpproxy_packets_${fate}_total{proto="rtcp"}`), 1, fate);
  }
  assert.equal(await control.command('D c from to'), '0\n');
  assert.equal(await control.command('D c from to'), 'E50\n');
  await control.command('G nsess_owrtp');
  const after = await metricsOf(at);
  const expected = {
    rtpproxy_sessions: 0,
    'rtpproxy_sessions_ended_total{reason="deleted"}': 1,
    'rtpproxy_sessions_one_way_total{proto="rtp"}': 1,
    [`rtpproxy_port_pairs{address="${HOST}",state="used"}`]: 0,
    'rtpproxy_commands_total{verb="update",result="ok"}': 1,
    'rtpproxy_commands_total{verb="delete",result="ok"}': 1,
    'rtpproxy_commands_total{verb="delete",result="error"}': 1,
    rtpproxy_command_duration_seconds_count: 5,
    rtpproxy_call_duration_seconds_count: 1,
  };
  for (const [series, value] of Object.entries(expected)) assert.equal(after.get(series), value, series);
});
