import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compileProgram } from '../../helpers/compile.ts';
import { Load } from '../../helpers/load.ts';
import { freeTcpPort } from '../../helpers/tcp-port.ts';
import type { RelayCommand } from '../comparison.ts';
import { processFigures, residentBytes, workerCpu } from '../relay/process-figures.ts';
import { type Relay, RunScope, startRelay } from '../relay/relay-process.ts';
import type { Figures } from '../relay/run.ts';
import type { Options } from './options.ts';

const HOST = '127.0.0.1';
/** They stand for programs of other machines: they give way to everything else here. */
const LOOKERS = [
  ...['chrt', '--idle', '0', process.execPath, '--import', 'tsx'],
  fileURLToPath(new URL('lookers.ts', import.meta.url)),
];
const TOGETHER = 16;
/** Seconds of media before those that count, in the first round of a relay: code that is new is compiled before that. */
const WARM_UP = 25;
/** The same in the rounds after that, in which clients start and are told all calls. */
const SETTLE = 4;

/** Each of the relays, which are there at the same time, has media ports of its own: to find out that one is taken takes time. */
const PORTS = [
  ['-m', '10000', '-M', '20998'],
  ['-m', '21000', '-M', '31998'],
] as const;

export interface Round {
  readonly figures: Figures;
  /** How long each command took, milliseconds. */
  readonly commandMs: readonly number[];
}

/** A relay in a process of its own, which is measured more than once: between its rounds it has calls without media. */
export class ObservedRelay {
  readonly #scope: RunScope;
  readonly #relay: Relay;
  readonly #endpoint: number | undefined;
  readonly #options: Options;
  #before = WARM_UP;

  private constructor(scope: RunScope, relay: Relay, endpoint: number | undefined, options: Options) {
    this.#scope = scope;
    this.#relay = relay;
    this.#endpoint = endpoint;
    this.#options = options;
  }

  /** `http` is whether anybody looks. */
  static async start(command: RelayCommand, http: boolean, options: Options): Promise<ObservedRelay> {
    const scope = new RunScope();
    try {
      const endpoint = http ? await freeTcpPort(HOST) : undefined;
      const words = [...command.words, ...PORTS[http ? 0 : 1], ...(http ? ['--http', `${HOST}:${endpoint}`] : [])];
      const relay = await startRelay(scope, { name: command.name, words }, { name: 'observe', sessions: 0 });
      await setUp(relay, options.calls - options.talking);
      return new ObservedRelay(scope, relay, endpoint, options);
    } catch (error) {
      await scope.end();
      throw error;
    }
  }

  async round(): Promise<Round> {
    const { talking, seconds } = this.#options;
    const { pid, port, control } = this.#relay;
    const before = this.#before;
    this.#before = SETTLE;
    const commands = await compileProgram([fileURLToPath(new URL('paced-commands.cc', import.meta.url))]);
    const load = await Load.start({ control, sessions: talking, seconds: seconds + before });
    try {
      const lookers = this.#endpoint === undefined ? undefined : new Child(LOOKERS, this.#endpoint, seconds);
      await Promise.all([lookers?.ready, delay(before * 1000)]);
      const start = { all: processFigures(pid).cpu, workers: workerCpu(pid) };
      const { times, unanswered } = await new Child<Commands>([commands], port, seconds).result;
      const end = { all: processFigures(pid).cpu, workers: workerCpu(pid) };
      const result = await load.result;
      const packets = (result.received * seconds) / (seconds + before);
      const looked = await lookers?.result;
      const figures = {
        'packets per CPU second of the relay workers': packets / (end.workers - start.workers),
        'packets per CPU second of the process': packets / (end.all - start.all),
        'command p50 ms': atFraction(times, 0.5),
        'command p99 ms': atFraction(times, 0.99),
        'command max ms': atFraction(times, 1),
        'commands unanswered': unanswered,
        'event loop p99 ms, median second': looked?.lag ?? Number.NaN,
        'event loop p99 ms, worst second': looked?.worstLag ?? Number.NaN,
        'scrape ms': looked?.scrape ?? Number.NaN,
        'kB per second and stream': (looked?.bytesPerSecond ?? Number.NaN) / 1000,
        'packet p50 us': result.latency.p50,
        'packet p99 us': result.latency.p99,
        lost: result.lost,
        'RSS MB': residentBytes(pid) / 1e6,
        'generator late p99 us': result.lateness.p99,
      };
      return { figures, commandMs: times };
    } finally {
      await load.close();
    }
  }

  async end(): Promise<void> {
    await this.#scope.end();
  }
}

/** The value below which that part of the values lies. */
export function atFraction(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * fraction)] ?? Number.NaN;
}

async function setUp({ control }: Relay, calls: number): Promise<void> {
  for (let first = 0; first < calls; first += TOGETHER) {
    const names = Array.from({ length: Math.min(TOGETHER, calls - first) }, (_, index) => `silent-${first + index}`);
    await Promise.all(names.map((name) => control.command(`U ${name} ${HOST} 9 from`)));
    await Promise.all(names.map((name) => control.command(`L ${name} ${HOST} 9 from to`)));
  }
}

/** What paced-commands.cc prints. */
interface Commands {
  readonly times: readonly number[];
  readonly unanswered: number;
}

/** A program of this folder that prints a line when it is ready, and its result at its end. */
class Child<T = Readonly<Record<string, number>>> {
  readonly ready: Promise<void>;
  readonly result: Promise<T>;

  constructor([program = '', ...args]: readonly string[], port: number, seconds: number) {
    const { stdout } = spawn(program, [...args, String(port), String(seconds)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
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
