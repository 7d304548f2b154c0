import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTROL_FIGURES, ENGINE_TOTALS } from '../../../src/addon/contract.ts';
import { CallMeter } from '../../../src/metrics/call-meter.ts';
import { CommandMeter } from '../../../src/metrics/command-meter.ts';
import { Counters } from '../../../src/metrics/counters.ts';
import type { DaemonFigures } from '../../../src/metrics/daemon-figures.ts';
import { FAMILIES } from '../../../src/metrics/families.ts';
import { PrometheusMetrics } from '../../../src/metrics/prometheus.ts';

type Changeable = { -readonly [Name in keyof DaemonFigures]: DaemonFigures[Name] };

/** Figures of a daemon that has just started. */
function newFigures(): Changeable {
  return {
    version: '1.2.3',
    io: 'sockets',
    draining: false,
    sessions: 0,
    counters: new Counters(),
    totals: ENGINE_TOTALS,
    control: CONTROL_FIGURES,
    workers: [{ packetsReceived: 0, cpuSeconds: 0 }],
    ports: [
      { address: '192.0.2.1', used: 0, free: 100 },
      { address: 'other', used: 0, free: undefined },
    ],
    recordings: 0,
    modules: [{ label: 'acct_csv', delivered: 3, lost: 1 }],
    commands: new CommandMeter(),
    calls: new CallMeter(),
  };
}

/** Values by their series. */
async function scrape(metrics: PrometheusMetrics): Promise<ReadonlyMap<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

test('figures come as they are at the scrape', async () => {
  const figures = newFigures();
  const metrics = new PrometheusMetrics(() => figures);
  figures.sessions = 3;
  figures.totals = { ...ENGINE_TOTALS, packetsReceived: 100, rtcpReceived: 4, packetsRefused: 2 };
  figures.counters.add('nsess_destroyed', 5);
  figures.counters.add('nsess_timeout', 2);
  figures.commands.measure(Buffer.from('U'), () => 'E1\n');
  figures.control = { ...CONTROL_FIGURES, answered: 7 };
  const values = await scrape(metrics);
  const expected = {
    rtpproxy_sessions: 3,
    'rtpproxy_packets_received_total{proto="rtp"}': 96,
    'rtpproxy_packets_received_total{proto="rtcp"}': 4,
    rtpproxy_send_errors_total: 2,
    'rtpproxy_sessions_ended_total{reason="deleted"}': 3,
    'rtpproxy_sessions_ended_total{reason="timeout"}': 2,
    'rtpproxy_commands_total{verb="update",result="error"}': 1,
    'rtpproxy_commands_total{verb="version",result="ok"}': 7,
    'rtpproxy_command_duration_seconds_bucket{le="+Inf"}': 1,
    'rtpproxy_port_pairs{address="192.0.2.1",state="free"}': 100,
  };
  for (const [series, value] of Object.entries(expected)) assert.equal(values.get(series), value, series);
});

test('a histogram has its buckets, sum and count', async () => {
  const figures = newFigures();
  const leg = { mos_lq: 4.1, loss_percent: null, jitter_mean_ms: 1 };
  figures.calls.ended({ duration_s: 90, caller: leg, callee: leg });
  const values = await scrape(new PrometheusMetrics(() => figures));
  const of = (name: string) => [...values].filter(([series]) => series.startsWith(name)).map(([, value]) => value);
  assert.deepEqual(of('rtpproxy_call_duration_seconds'), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 90, 1]);
  assert.deepEqual(of('rtpproxy_stream_mos'), [0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 8.2, 2]);
  assert.equal(values.get('rtpproxy_stream_loss_ratio_count'), 0);
});

test('a counter never falls, as a difference of two that are read one after the other may', async () => {
  const figures = newFigures();
  const metrics = new PrometheusMetrics(() => figures);
  const read = async (packetsReceived: number, rtcpReceived: number) => {
    figures.totals = { ...ENGINE_TOTALS, packetsReceived, rtcpReceived };
    return (await scrape(metrics)).get('rtpproxy_packets_received_total{proto="rtp"}');
  };
  assert.deepEqual(
    [await read(100, 10), await read(100, 11), await read(101, 11), await read(102, 11)],
    [90, 90, 90, 91],
  );
});

test('the series are the same from the start on, and none is named by a party', async () => {
  const figures = newFigures();
  const metrics = new PrometheusMetrics(() => figures);
  const first = [...(await scrape(metrics)).keys()];
  for (const command of ['U', 'L', 'x', 'hostile "text"']) figures.commands.measure(Buffer.from(command), () => '0\n');
  figures.sessions = 2000;
  const second = [...(await scrape(metrics)).keys()];
  assert.deepEqual(second, first);
  assert(first.length < 250, `${first.length} series`);
  const labels = new Set(first.flatMap((series) => [...series.matchAll(/[{,](\w+)="/g)].map(([, name]) => name)));
  const known = [
    'version',
    'node',
    'io',
    'reason',
    'proto',
    'fate',
    'verb',
    'result',
    'le',
    'address',
    'state',
    'worker',
    'module',
  ];
  assert.deepEqual([...labels].sort(), known.sort());
});

test('every metric has a name of the convention, a help text and a type', async () => {
  const text = await new PrometheusMetrics(newFigures).text();
  for (const { name, type, help } of FAMILIES) {
    assert.match(name, /^rtpproxy_[a-z_]+$/);
    assert.equal(name.endsWith('_total'), type === 'counter', name);
    assert(text.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`), name);
  }
  for (const name of ['process_open_fds', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) {
    assert(text.includes(`# TYPE ${name} `), name);
  }
  assert(!text.includes('nodejs_active'));
});

test('scrapes that wait for the one under way are one', async () => {
  let read = 0;
  const figures = newFigures();
  const metrics = new PrometheusMetrics(() => {
    read++;
    return figures;
  });
  const before = read;
  const first = metrics.text();
  await Promise.resolve();
  const others = Array.from({ length: 1000 }, () => metrics.text());
  figures.sessions = 3;
  assert.doesNotMatch(await first, /^rtpproxy_sessions 3$/m);
  assert.equal(new Set(await Promise.all(others)).size, 1);
  assert.match((await others[0]) ?? '', /^rtpproxy_sessions 3$/m);
  assert.equal(read - before, 2);
});

test('once it is closed nothing is read any more', async () => {
  let closed = false;
  const metrics = new PrometheusMetrics(() => {
    assert.ok(!closed);
    return newFigures();
  });
  const first = metrics.text();
  await Promise.resolve();
  const next = metrics.text();
  metrics.close();
  closed = true;
  assert.match(await first, /^rtpproxy_sessions 0$/m);
  assert.equal(await next, '');
});
