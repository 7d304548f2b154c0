import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
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
const LOOKERS: readonly string[] = [
  ...['chrt', '--idle', '0', process.execPath, '--import', 'tsx'],
  fileURLToPath(new URL('lookers.ts', import.meta.url)),
];
const TOGETHER = 16;
/** Seconds of media before those that count, in the first round: code that is new is compiled before that. */
export const WARM_UP = 25;
/** The same in the rounds after that, in which clients start and are told all calls. */
export const SETTLE = 4;

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

  get port(): number {
    return this.#relay.port;
  }

  get residentBytes(): number {
    return residentBytes(this.#relay.pid);
  }

  /** Processor time so far, seconds. */
  get cpu(): { readonly all: number; readonly workers: number } {
    const { pid } = this.#relay;
    return { all: processFigures(pid).cpu, workers: workerCpu(pid) };
  }

  media(seconds: number): Promise<Load> {
    return Load.start({ control: this.#relay.control, sessions: this.#options.talking, seconds });
  }

  /** Undefined: nobody looks. */
  lookers(): Child | undefined {
    return this.#endpoint === undefined ? undefined : new Child([...LOOKERS, this.#endpoint, this.#options.seconds]);
  }

  async end(): Promise<void> {
    await this.#scope.end();
  }
}

/**
 * Both relays at the same time, so that whatever else the machine does is the same for both: what they find is theirs. `before` are
 * seconds of media before those that count.
 */
export async function round(relays: readonly ObservedRelay[], { seconds }: Options, before: number): Promise<Round[]> {
  const program = await compileProgram([fileURLToPath(new URL('paced-commands.cc', import.meta.url))]);
  const lookers = relays.map((relay) => relay.lookers());
  await Promise.all(lookers.map((each) => each?.ready));
  const loads = await Promise.all(relays.map((relay) => relay.media(before + seconds)));
  try {
    await delay(before * 1000);
    for (const each of lookers) each?.begin();
    const start = relays.map(({ cpu }) => cpu);
    const commands = await new Child<Commands>([program, seconds, ...relays.map(({ port }) => port)]).result;
    const end = relays.map(({ cpu }) => cpu);
    const media = await Promise.all(loads.map((load) => load.result));
    const looked = await Promise.all(lookers.map((each) => each?.result));
    return relays.map((relay, index) => {
      const { times = [], unanswered = Number.NaN } = commands.relays[index] ?? {};
      const [from, to, result, seen] = [start[index], end[index], media[index], looked[index]];
      if (from === undefined || to === undefined || result === undefined) throw new Error('no figures');
      const packets = (result.received * seconds) / (seconds + before);
      const figures = {
        'packets per CPU second of the relay workers': packets / (to.workers - from.workers),
        'packets per CPU second of the process': packets / (to.all - from.all),
        'command p50 ms': atFraction(times, 0.5),
        'command p99 ms': atFraction(times, 0.99),
        'command max ms': atFraction(times, 1),
        'commands unanswered': unanswered,
        'event loop p99 ms, median second': seen?.lag ?? Number.NaN,
        'event loop p99 ms, worst second': seen?.worstLag ?? Number.NaN,
        'scrape ms': seen?.scrape ?? Number.NaN,
        'kB per second and stream': (seen?.bytesPerSecond ?? Number.NaN) / 1000,
        'packet p50 us': result.latency.p50,
        'packet p99 us': result.latency.p99,
        lost: result.lost,
        'RSS MB': relay.residentBytes / 1e6,
        'generator late p99 us': result.lateness.p99,
      };
      return { figures, commandMs: times };
    });
  } finally {
    await Promise.all(loads.map((load) => load.close()));
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
  readonly relays: readonly { readonly times: readonly number[]; readonly unanswered: number }[];
}

/** A program of this folder that prints a line when it is ready, and its result at its end. */
class Child<T = Readonly<Record<string, number>>> {
  readonly ready: Promise<void>;
  readonly result: Promise<T>;

  readonly #input: Writable;

  constructor([program, ...args]: readonly (string | number)[]) {
    const { stdin, stdout } = spawn(String(program), args.map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#input = stdin;
    const lines = createInterface({ input: stdout });
    this.ready = once(lines, 'line').then(() => {});
    this.result = lastOf(lines).then((line) => JSON.parse(line));
  }

  /** From now on it counts. */
  begin(): void {
    this.#input.write('\n');
  }
}

async function lastOf(lines: AsyncIterable<string>): Promise<string> {
  let last = '';
  for await (const line of lines) last = line;
  return last;
}
