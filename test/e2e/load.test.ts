import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { atEnd } from '../helpers/cleanup.ts';
import { type ControlClient, udpClient } from '../helpers/control-client.ts';
import { type Daemon, freeUdpPort, startDaemon } from '../helpers/daemon.ts';
import { Load, type LoadOptions, runLoad } from '../helpers/load.ts';
import { type LoadResult, type LoadSecond, lossReport, showLatency } from '../helpers/load-result.ts';
import { processCpu } from '../helpers/process-cpu.ts';

const STALL_MODULE = new URL('../helpers/stall-on-signal.mjs', import.meta.url).href;
/** Milliseconds, of a stall and of the busy loop that it is compared with. */
const BUSY = 500;
/** What makes a stall: a command that waits for its answer at least this long (milliseconds). */
const PROOF_OF_STALL = 400;
/**
 * Microseconds that a thread may wait for a processor where there are more busy threads than processors: two of the
 * scheduler's slices (up to 24 ms). A packet that waited for the JavaScript thread would take ten times as long.
 */
const SLICES = 50_000;
/** Seconds of the run in which the daemon's JavaScript thread is stalled. */
const STALLED = [2, 5, 8, 11, 14, 17];
/** Seconds in which another process runs the same loop: it takes as much from the processors. */
const COMPARED = STALLED.map((second) => second + 1);
const SECONDS = 20;

/** If other work takes the processors from the generator a run says nothing: once more with half as many calls. */
const ATTEMPTS = [500, 250, 125, 60];

test('500 calls lose no packet, and none is late because the JavaScript thread is busy', async (t) => {
  const { sessions, control, startMs, result, stalls, cpu } = await measureWhatGoes(t);

  const stalled = result.timeline.filter(({ second }) => STALLED.includes(second));
  const compared = result.timeline.filter(({ second }) => COMPARED.includes(second));
  const others = result.timeline.filter(({ second }) => !STALLED.includes(second) && !COMPARED.includes(second));
  const measured = result.received * (1 - (stalls.length * BUSY) / 1000 / SECONDS);
  t.diagnostic(
    `${result.sent} packets, ${result.lost} lost; ${((cpu / measured) * 1e6).toFixed(1)} us of daemon CPU each`,
  );
  t.diagnostic(`latency: ${showLatency(result.latency)}; sent late by ${showLatency(result.lateness)}`);
  t.diagnostic(`seconds with a stall:                      ${showSeconds(stalled)}`);
  t.diagnostic(`seconds with a busy loop somewhere else:   ${showSeconds(compared)}`);
  t.diagnostic(`other seconds:                             ${showSeconds(others)}`);
  t.diagnostic(`answers during the stalls took ${stalls.map(({ answer }) => answer.toFixed(0)).join(', ')} ms`);

  assertDelivered(result);
  for (const [i, { begin, end, answer }] of stalls.entries()) {
    assert.deepEqual(
      [begin, end].map((ms) => Math.floor((ms - startMs) / 1000)),
      [STALLED[i], STALLED[i]],
      'second of a stall',
    );
    assert.ok(answer >= PROOF_OF_STALL, `answered after ${answer} ms: no stall`);
  }
  // Packets that had to wait for the thread would take up to half a second, in each of the stalls.
  for (const { second, p99 } of stalled) assert.ok(p99 < PROOF_OF_STALL * 1000, `second ${second}: p99 ${p99} us`);
  // Other work on the machine makes one second or another slow and none fast, so the best one of each kind shows what
  // the stall does.
  const [p99, p99Compared] = [best(stalled, 'p99'), best(compared, 'p99')];
  const [max, maxCompared] = [best(stalled, 'max'), best(compared, 'max')];
  assert.ok(p99 <= Math.max(3 * p99Compared, SLICES), `p99 ${p99} us with a stall, ${p99Compared} us without`);
  assert.ok(max <= Math.max(3 * maxCompared, 2 * SLICES), `max ${max} us with a stall, ${maxCompared} us without`);

  // The daemon has counted what the phones have sent and received.
  const packets = sessions * SECONDS * 2 * 50;
  const counters = await control.command('Gv npkts_rcvd npkts_relayed npkts_discard nsess_created nsess_destroyed');
  assert.equal(
    counters,
    `npkts_rcvd=${packets} npkts_relayed=${packets} npkts_discard=0 nsess_created=${sessions} nsess_destroyed=${sessions}\n`,
  );
});

async function measureWhatGoes(t: TestContext) {
  for (const sessions of ATTEMPTS.slice(0, -1)) {
    const run = await measure(t, sessions);
    if (!generatorFailed(run.result)) return run;
    t.diagnostic(`the generator could not keep up (${run.result.sent} of ${run.result.planned} sent): measured again`);
  }
  return measure(t, ATTEMPTS.at(-1) ?? 0);
}

/** One run with its stalls, on a daemon of its own. */
async function measure(t: TestContext, sessions: number) {
  const { daemon, control } = await startRelay(t, '127.0.0.1');
  const load = await startLoad(t, { control, sessions, seconds: SECONDS });
  /** Both loops begin a quarter of a second into their second, so they fit in. */
  const reach = (second: number) => delay(load.startMs + second * 1000 + 250 - monotonicMs());
  const cpuBefore = processCpu(daemon.pid).total;
  const stalls: Stall[] = [];
  for (const second of STALLED) {
    await reach(second);
    stalls.push(await stall(daemon, control));
    await reach(second + 1);
    for (const end = monotonicMs() + BUSY; monotonicMs() < end; );
  }
  const result = await load.result;
  const cpu = processCpu(daemon.pid).total - cpuBefore - sum(stalls.map((stall) => stall.cpu));
  await load.close();
  return { sessions, control, startMs: load.startMs, result, stalls, cpu };
}

/** The generator sent too late or did not read in time, which is no fault of the relay. */
function generatorFailed({ sent, planned, overflowed }: LoadResult): boolean {
  return sent < planned || overflowed > 0;
}

test('calls over IPv6 lose no packet', async (t) => {
  const { control } = await startRelay(t, '::1');
  const result = await runLoad({ control, sessions: 50, seconds: 2, address: '::1' });
  t.diagnostic(`latency: ${showLatency(result.latency)}`);
  assertDelivered(result);
});

/** Milliseconds of CLOCK_MONOTONIC. */
interface Stall {
  readonly begin: number;
  readonly end: number;
  /** The longest that a command had to wait for its answer. */
  readonly answer: number;
  /** What the daemon used during it, seconds. */
  readonly cpu: number;
}

async function startRelay(t: TestContext, address: string): Promise<{ daemon: Daemon; control: ControlClient }> {
  const port = await freeUdpPort('127.0.0.1');
  const listen = [address.includes(':') ? '-6' : '-l', address];
  const env = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${STALL_MODULE}` };
  const daemon = await startDaemon(t, ['-s', `udp:127.0.0.1:${port}`, ...listen], { env });
  return { daemon, control: udpClient('127.0.0.1', port) };
}

async function startLoad(t: TestContext, options: LoadOptions): Promise<Load> {
  const load = await Load.start(options);
  atEnd(t, () => load.close());
  return load;
}

/** Stalls the daemon's JavaScript thread and asks it for its counters, which that thread has to answer, until it is over. */
async function stall(daemon: Daemon, control: ControlClient): Promise<Stall> {
  const already = stallsOf(daemon).length;
  const cpuBefore = processCpu(daemon.pid).total;
  process.kill(daemon.pid, 'SIGWINCH');
  let answer = 0;
  for (const deadline = monotonicMs() + 5000; monotonicMs() < deadline; ) {
    const asked = monotonicMs();
    await control.command('G nsess_created');
    answer = Math.max(answer, monotonicMs() - asked);
    const done = stallsOf(daemon)[already];
    if (done !== undefined) return { ...done, answer, cpu: processCpu(daemon.pid).total - cpuBefore };
  }
  throw new Error('the daemon was not stalled');
}

function stallsOf(daemon: Daemon): { begin: number; end: number }[] {
  const lines = daemon.stderr().matchAll(/^stalled (\S+) (\S+)\n/gm);
  return Array.from(lines, ([, begin, end]) => ({ begin: Number(begin), end: Number(end) }));
}

function assertDelivered(result: LoadResult): void {
  assert.equal(lossReport(result), '');
  assert.equal(result.received, result.planned);
  assert.equal(result.reordered, 0);
}

function showSeconds(seconds: readonly LoadSecond[]): string {
  const show = (name: Figure) => {
    const values = seconds.map((second) => second[name]);
    const shown = [
      best(seconds, name),
      quantile(seconds, name, 0.25),
      quantile(seconds, name, 0.5),
      Math.max(...values),
    ];
    return `${name} ${shown.map((us) => (us / 1000).toFixed(2)).join(' / ')}`;
  };
  return `${seconds.length} (min / quartile / median / max, ms): ${show('p50')}, ${show('p99')}, ${show('max')}`;
}

type Figure = 'p50' | 'p99' | 'max';

function best(seconds: readonly LoadSecond[], name: Figure): number {
  return Math.min(...seconds.map((second) => second[name]));
}

function quantile(seconds: readonly LoadSecond[], name: Figure, fraction: number): number {
  const sorted = seconds.map((second) => second[name]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * fraction)] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
