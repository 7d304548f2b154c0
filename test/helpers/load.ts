import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compileProgram } from './compile.ts';
import type { ControlClient } from './control-client.ts';
import { within } from './deadline.ts';
import type { LoadResult } from './load-result.ts';

export interface LoadOptions {
  /** Of the daemon that the calls go through. */
  readonly control: ControlClient;
  readonly sessions: number;
  /** How long the phones talk. */
  readonly seconds: number;
  /** Packets per second of each phone; 50 when absent. */
  readonly rate?: number;
  /** Seconds between two digits of a phone, and between two of its RTCP reports; none when absent. */
  readonly digits?: number;
  readonly rtcp?: number;
  /** What stands behind U and L, such as a notification and sub-commands. */
  readonly update?: string;
  readonly lookup?: string;
  /** Of the phones and of the relay's media ports; 127.0.0.1 when absent. */
  readonly address?: string;
  /** Packets that are due within so many microseconds may be sent together; 100 when absent. */
  readonly pace?: number;
  /** Of the generator; 1 when absent. */
  readonly threads?: number;
}

const SOURCES = ['../bench/load.cc', '../bench/load/generator.cc'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);
/** Commands that are sent before the reply of the first of them. */
const OUTSTANDING = 16;
const DRAIN_SECONDS = 2;
/** Allowed beyond what the run has to take. */
const SPARE_SECONDS = 15;

/** Sets up the sessions, plays their calls to the end, deletes the sessions. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const load = await Load.start(options);
  try {
    return await load.result;
  } finally {
    await load.close();
  }
}

/** Calls that are being played on sessions of a daemon. */
export class Load {
  /** Of the first packet: milliseconds of CLOCK_MONOTONIC, which `process.hrtime` counts too. */
  readonly startMs: number;
  /** Resolves when the calls are over. */
  readonly result: Promise<LoadResult>;
  readonly #generator: Generator;
  readonly #calls: Calls;

  private constructor(generator: Generator, calls: Calls, startMs: number, seconds: number) {
    this.#generator = generator;
    this.#calls = calls;
    this.startMs = startMs;
    this.result = generator.result(seconds);
    // The one who waits for it gets the failure; close() alone is no reason for an unhandled rejection.
    this.result.catch(() => undefined);
  }

  /** Resolves when the phones are about to talk. */
  static async start(options: LoadOptions): Promise<Load> {
    const program = await compileProgram(SOURCES);
    const generator = new Generator(program, options);
    const calls = new Calls(options);
    try {
      const ports = await generator.ports();
      generator.begin(await calls.setUp(ports));
      return new Load(generator, calls, await generator.startMs(), options.seconds);
    } catch (error) {
      await generator.stop();
      // What went wrong first is the reason of all that follows.
      await calls.delete().catch(() => undefined);
      throw error;
    }
  }

  /** Ends the calls, also before their time, and deletes their sessions. */
  async close(): Promise<void> {
    await this.#generator.stop();
    await this.#calls.delete();
  }
}

/** The sessions of a run in the daemon. */
class Calls {
  readonly #control: ControlClient;
  readonly #address: string;
  /** Behind the commands. */
  readonly #update: string;
  readonly #lookup: string;
  readonly #name = `load-${process.pid}-${process.hrtime.bigint()}`;
  readonly #created: number[] = [];

  constructor({ control, address = '127.0.0.1', update, lookup }: LoadOptions) {
    this.#control = control;
    this.#address = address;
    this.#update = update === undefined ? '' : ` ${update}`;
    this.#lookup = lookup === undefined ? '' : ` ${lookup}`;
  }

  /** Creates one session per two phone ports; returns the lines of the generator's session list. */
  async setUp(ports: readonly number[]): Promise<string[]> {
    const lines: string[] = [];
    await inParallel(ports.length / 2, async (i) => {
      const [a = 0, b = 0] = ports.slice(2 * i);
      const six = this.#address.includes(':') ? '6' : '';
      this.#created.push(i);
      const portForB = await this.#port(`U${six} ${this.#name}-${i} ${this.#address} ${a} from${this.#update}`);
      const portForA = await this.#port(`L${six} ${this.#name}-${i} ${this.#address} ${b} from to${this.#lookup}`);
      lines[i] = `${a} ${portForA} ${b} ${portForB} ${this.#address}`;
    });
    return lines;
  }

  async delete(): Promise<void> {
    const sessions = this.#created.splice(0);
    await inParallel(sessions.length, async (i) => {
      await this.#control.command(`D ${this.#name}-${sessions[i]} from to`);
    });
  }

  async #port(command: string): Promise<number> {
    const reply = await this.#control.command(command);
    const port = Number(/^\d+/.exec(reply)?.[0] ?? 0);
    if (port === 0) throw new Error(`the daemon answered ${JSON.stringify(reply)} to "${command}"`);
    return port;
  }
}

/** The generator's process; what it is and prints stands in test/bench/load/options.h. */
class Generator {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** The process is gone and all that it has printed was read. */
  readonly #closed: Promise<void>;
  #complaint = '';

  constructor(program: string, options: LoadOptions) {
    const values = {
      reserve: options.sessions,
      address: options.address ?? '127.0.0.1',
      seconds: options.seconds,
      rate: options.rate ?? 50,
      digits: options.digits ?? 0,
      rtcp: options.rtcp ?? 0,
      'pace-us': options.pace ?? 100,
      threads: options.threads ?? 1,
      'drain-ms': DRAIN_SECONDS * 1000,
    };
    const args = Object.entries(values).map(([name, value]) => `--${name}=${value}`);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint += text;
    });
    child.on('error', (error) => {
      this.#complaint += error.message;
    });
    // Its end is noticed by the missing line.
    child.stdin.on('error', () => undefined);
    this.#closed = new Promise((resolve) => child.once('close', () => resolve()));
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async ports(): Promise<number[]> {
    return (await this.#line<{ ports: number[] }>(SPARE_SECONDS)).ports;
  }

  begin(sessionList: readonly string[]): void {
    this.#child.stdin?.end(`${sessionList.join('\n')}\n`);
  }

  async startMs(): Promise<number> {
    return (await this.#line<{ startMs: number }>(SPARE_SECONDS)).startMs;
  }

  result(seconds: number): Promise<LoadResult> {
    return this.#line<LoadResult>(seconds + DRAIN_SECONDS + SPARE_SECONDS);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  async #line<T>(seconds: number): Promise<T> {
    const line = await within(this.#lines.next(), seconds * 1000, 'output of the load generator');
    if (line.done) {
      await this.#closed;
      throw new Error(`the load generator ended: ${this.#complaint}`);
    }
    return JSON.parse(line.value) as T;
  }
}

/** Does `work` for 0 to `count` - 1, several at a time. After a failure no more is begun, and nothing is going on. */
async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    try {
      while (next < count) await work(next++);
    } finally {
      // Either everything is begun already, or this one has failed.
      next = count;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: OUTSTANDING }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
