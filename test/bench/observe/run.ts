import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Load } from '../../helpers/load.ts';
import { freeTcpPort } from '../../helpers/tcp-port.ts';
import type { RelayCommand } from '../comparison.ts';
import { processFigures, residentBytes, workerCpu } from '../relay/process-figures.ts';
import { type Relay, RunScope, startRelay } from '../relay/relay-process.ts';
import type { Figures } from '../relay/run.ts';
import type { Options } from './options.ts';

const HOST = '127.0.0.1';
const TOGETHER = 16;
/** Seconds of media before those that count, in which clients start and code that is new is compiled. */
const BEFORE = 25;

/** Measures one relay once, in a process of its own; `http` is whether anybody looks. */
export async function run(command: RelayCommand, http: boolean, options: Options): Promise<Figures> {
  const scope = new RunScope();
  try {
    const port = await freeTcpPort(HOST);
    const words = [...command.words, ...(http ? ['--http', `${HOST}:${port}`] : [])];
    const relay = await startRelay(scope, { name: command.name, words }, { name: 'observe', sessions: 0 });
    await setUp(relay, options.calls - options.talking);
    return await measure(relay, http ? port : undefined, options);
  } finally {
    await scope.end();
  }
}

async function measure(relay: Relay, port: number | undefined, { talking, seconds }: Options): Promise<Figures> {
  const load = await Load.start({ control: relay.control, sessions: talking, seconds: seconds + BEFORE });
  try {
    const lookers = port === undefined ? undefined : new Child('lookers.ts', port, seconds);
    await Promise.all([lookers?.ready, delay(BEFORE * 1000)]);
    const before = { all: processFigures(relay.pid).cpu, workers: workerCpu(relay.pid) };
    const { p50, p99, max, unanswered } = await new Child('commands.ts', relay.port, seconds).result;
    const after = { all: processFigures(relay.pid).cpu, workers: workerCpu(relay.pid) };
    const result = await load.result;
    const packets = (result.received * seconds) / (seconds + BEFORE);
    const looked = (await lookers?.result) ?? {};
    return {
      'packets per CPU second of the relay workers': packets / (after.workers - before.workers),
      'packets per CPU second of the process': packets / (after.all - before.all),
      'command p50 ms': p50 ?? Number.NaN,
      'command p99 ms': p99 ?? Number.NaN,
      'command max ms': max ?? Number.NaN,
      'commands unanswered': unanswered ?? Number.NaN,
      'event loop p99 ms, median second': looked.lag ?? Number.NaN,
      'event loop p99 ms, worst second': looked.worstLag ?? Number.NaN,
      'scrape ms': looked.scrape ?? Number.NaN,
      'kB per second and stream': (looked.bytesPerSecond ?? Number.NaN) / 1000,
      'packet p50 us': result.latency.p50,
      'packet p99 us': result.latency.p99,
      lost: result.lost,
      'RSS MB': residentBytes(relay.pid) / 1e6,
      'generator late p99 us': result.lateness.p99,
    };
  } finally {
    await load.close();
  }
}

async function setUp({ control }: Relay, calls: number): Promise<void> {
  for (let first = 0; first < calls; first += TOGETHER) {
    const names = Array.from({ length: Math.min(TOGETHER, calls - first) }, (_, index) => `silent-${first + index}`);
    await Promise.all(names.map((name) => control.command(`U ${name} ${HOST} 9 from`)));
    await Promise.all(names.map((name) => control.command(`L ${name} ${HOST} 9 from to`)));
  }
}

/** A program of this folder that prints a line when it is ready, and figures at its end. */
class Child {
  readonly ready: Promise<void>;
  readonly result: Promise<Readonly<Record<string, number>>>;

  constructor(name: string, port: number, seconds: number) {
    const program = fileURLToPath(new URL(name, import.meta.url));
    const args = ['--import', 'tsx', program, String(port), String(seconds)];
    const words = name === 'lookers.ts' ? ['chrt', '--other', '0'] : [];
    const [command = '', ...rest] = [...words, process.execPath, ...args];
    const { stdout } = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: stdout });
    this.ready = once(lines, 'line').then(() => {});
    this.result = lastOf(lines).then((line) => JSON.parse(line));
  }
}

async function lastOf(lines: AsyncIterable<string>): Promise<string> {
  let last = '';
  for await (const line of lines) last = line;
  return last;
}
