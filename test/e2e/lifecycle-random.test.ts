import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningProcess } from '../helpers/child-process.ts';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { freeUdpPort } from '../helpers/daemon.ts';
import { until, within } from '../helpers/deadline.ts';
import { processesOf, startCommand } from './support/process.ts';
import { HOST } from './support/relay.ts';

// Signals at every moment of a life: the documented exit code, and no file, process or port left (cli.md 7).

const ROUNDS = process.env.RTPPROXY_TEST_SCALE === 'full' ? 200 : 20;
/** An address where nobody else takes the port between two rounds. */
const QUIET = '127.0.0.89';
const STOPPING = ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF'] as const;
const KILLING = ['SIGQUIT', 'SIGABRT', 'SIGTRAP', 'SIGSYS'] as const;
const ALL = [...STOPPING, ...KILLING, 'SIGHUP'] as const;
const END_MS = 10_000;

interface Place {
  readonly directory: string;
  readonly port: number;
}

async function newPlace(t: TestContext): Promise<Place> {
  const directory = temporaryDirectory(t);
  atEnd(t, () => {
    for (const pid of processesOf(directory)) process.kill(pid, 'SIGKILL');
  });
  return { directory, port: await freeUdpPort(QUIET) };
}

function start(t: TestContext, { directory, port }: Place, ...more: readonly string[]): Promise<RunningProcess> {
  const sockets = ['unix:one', 'cunix:two', `udp:${QUIET}:${port}`].flatMap((spec) => ['-s', spec]);
  return startCommand(t, ['-F', '-D', '-p', 'pid', '-l', HOST, '-d', 'info', ...sockets, ...more], { directory });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended.
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ESRCH', String(error));
  }
}

async function assertGone({ directory, port }: Place, what: string): Promise<void> {
  await until(() => processesOf(directory).length === 0, END_MS, `end of all processes: ${what}`);
  assert.deepEqual(readdirSync(directory), [], `${what}: files left behind`);
  const socket = createSocket('udp4').bind(port, QUIET);
  await once(socket, 'listening');
  socket.close();
}

/** Exit codes and signals that a process may end with after these signals. */
function outcomes(signals: readonly NodeJS.Signals[]): readonly string[] {
  const [, second] = signals;
  return [
    'code 0',
    // Before the handlers are there, and for bad signals always.
    ...signals,
    // Which of two the process sees first is the kernel's choice.
    ...(second === undefined ? [] : signals.map((signal) => `code ${128 + constants.signals[signal]}`)),
  ];
}

function pick<T>(list: readonly T[]): T {
  const item = list[Math.floor(Math.random() * list.length)];
  if (item === undefined) throw new Error('nothing to pick');
  return item;
}

test(`${ROUNDS} lives in the foreground end as they should`, { timeout: ROUNDS * 15_000 }, async (t) => {
  const place = await newPlace(t);
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = await start(t, place, '-f');
    const signals: NodeJS.Signals[] = Math.random() < 0.5 ? [pick(ALL)] : [pick(ALL), pick(ALL)];
    const pauses = [Math.random() * 800, Math.random() * 20];
    const what = `${signals.join(', ')} after ${pauses.map(Math.round).join(', ')} ms`;
    for (const [index, signal] of signals.entries()) {
      await delay(pauses[index]);
      send(child.pid, signal);
    }
    // Node ignores SIGXFSZ in its own start and opens a debugger at SIGUSR1, so such an early one is lost.
    if (signals.some((sent) => sent === 'SIGXFSZ' || sent === 'SIGUSR1')) {
      await Promise.race([child.exited, delay(1500)]);
      if (child.exit() === undefined) {
        send(child.pid, 'SIGTERM');
        signals.push('SIGTERM');
      }
    }
    const { code, signal } = await within(child.exited, END_MS, `end after ${what}`);
    const allowed = outcomes(signals);
    assert.ok(allowed.includes(signal ?? `code ${code}`), `${what}: code ${code}, signal ${signal}\n${child.stderr()}`);
    await assertGone(place, what);
  }
});

test(`${ROUNDS / 2} lives in the background end as they should`, { timeout: ROUNDS * 15_000 }, async (t) => {
  const place = await newPlace(t);
  for (let round = 0; round < ROUNDS / 2; round += 1) {
    const parent = await start(t, place);
    const signal = pick(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const);
    const pause = Math.random() * 1200;
    const what = `${signal} after ${Math.round(pause)} ms`;
    await delay(pause);
    const before = parent.exit();
    // The one who waits, or else the daemon.
    if (before === undefined) send(parent.pid, signal);
    else for (const pid of processesOf(place.directory)) send(pid, signal === 'SIGKILL' ? 'SIGTERM' : signal);
    const { code, signal: killed } = await within(parent.exited, END_MS, `end after ${what}`);
    const expected = before === undefined && code === null ? [null, signal] : [code, null];
    assert.deepEqual([code, killed], expected, what);
    // The report that it is ready may have crossed the signal: then the daemon is up. One that nobody can handle may even
    // fall between the report and the exit code.
    if (code === 0 || signal === 'SIGKILL') {
      const up = () => existsSync(join(place.directory, 'pid')) || processesOf(place.directory).length === 0;
      await until(up, END_MS, 'the daemon, or its end');
      for (const pid of processesOf(place.directory)) send(pid, 'SIGTERM');
    }
    await assertGone(place, what);
  }
});

describe('a signal in every stage of the start', () => {
  const comm = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
  const stages: Readonly<Record<string, (child: RunningProcess, place: Place) => boolean>> = {
    'the process is there': () => true,
    'the command has begun': (child) => comm(child.pid) === 'rtpproxy',
    'the first socket is open': (_, { directory }) => existsSync(join(directory, 'one')),
    'the second socket is open': (_, { directory }) => existsSync(join(directory, 'two')),
    'the pid file is there': (_, { directory }) => existsSync(join(directory, 'pid')),
    'it has started': (child) => child.stderr().includes('rtpproxy started'),
  };
  for (const [stage, reached] of Object.entries(stages)) {
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
      test(`${signal} when ${stage}`, async (t) => {
        const place = await newPlace(t);
        const child = await start(t, place, '-f');
        const end = performance.now() + END_MS;
        // Without a pause: the stages are short.
        while (!reached(child, place) && performance.now() < end) await new Promise(setImmediate);
        send(child.pid, signal);
        const exit = await within(child.exited, END_MS, 'end');
        assert.ok(outcomes([signal]).includes(exit.signal ?? `code ${exit.code}`), JSON.stringify(exit));
        await assertGone(place, `${signal} when ${stage}`);
      });
    }
  }
});

describe('what SIGKILL leaves behind does not harm the next start', () => {
  for (const file of ['one', 'two', 'pid']) {
    test(`killed when ${file} is there`, async (t) => {
      const place = await newPlace(t);
      const killed = await start(t, place, '-f');
      const end = performance.now() + END_MS;
      while (!existsSync(join(place.directory, file)) && performance.now() < end) await new Promise(setImmediate);
      send(killed.pid, 'SIGKILL');
      await killed.exited;
      const next = await start(t, place, '-f');
      await until(() => next.stderr().includes('rtpproxy started') || next.exit() !== undefined, END_MS, 'start');
      assert.deepEqual(await next.stop(), { code: 0, signal: null });
      await assertGone(place, file);
    });
  }
});

test('a second signal in the middle of the end is 128 + its number, or too late', async (t) => {
  const place = await newPlace(t);
  const child = await start(t, place, '-f');
  await until(() => child.stderr().includes('rtpproxy started'), END_MS, 'start');
  send(child.pid, 'SIGTERM');
  await until(() => child.stderr().includes('got signal 15'), END_MS, 'first signal');
  send(child.pid, 'SIGUSR2');
  const { code } = await within(child.exited, END_MS, 'end');
  assert.ok(code === 0 || code === 128 + constants.signals.SIGUSR2, `code ${code}`);
  await assertGone(place, 'second signal');
});
