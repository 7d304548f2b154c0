import { setTimeout as delay } from 'node:timers/promises';
import type { TestScope } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';
import type { Configuration } from './configurations.ts';
import { Endpoint } from './endpoint.ts';
import type { TestCommand } from './generator.ts';

/** The commands that start the two daemons, as words, without arguments of the configuration. */
export interface Programs {
  readonly reference: readonly string[];
  readonly ours: readonly string[];
}

export interface Answers {
  readonly reference: string | undefined;
  readonly ours: string | undefined;
}

/** First media ports of the two daemons when they have ranges of their own: below those that the kernel and other tests use. */
const FIRST_PORT = { reference: 12_000, ours: 16_000 } as const;
const KEEPER = 'K keeper';
const PORT = /^K (\d+)/;
const RELEASE_MS = 20_000;
const DRAIN_MS = 500;

type Side = keyof Answers;
const SIDES: readonly Side[] = ['reference', 'ours'];

/** Both daemons, freshly started. */
export class Pair {
  readonly configuration: Configuration;
  readonly #ends: Record<Side, Endpoint>;
  readonly #close: () => Promise<void>;
  readonly #keeperPorts = new Map<Side, number>();
  #auxiliary = 0;

  private constructor(configuration: Configuration, ends: Record<Side, Endpoint>, close: () => Promise<void>) {
    this.configuration = configuration;
    this.#ends = ends;
    this.#close = close;
  }

  static async start(programs: Programs, configuration: Configuration): Promise<Pair> {
    const steps: (() => Promise<void>)[] = [];
    const scope: TestScope = { after: (step) => void steps.push(step) };
    const close = async () => {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) await step();
    };
    const start = (side: Side) => {
      const args = [...configuration.args, ...portArguments(side, configuration)];
      return Endpoint.start(scope, programs[side], configuration.control, args);
    };
    try {
      const [reference, ours] = await Promise.all([start('reference'), start('ours')]);
      const pair = new Pair(configuration, { reference, ours }, close);
      if (configuration.keeper) await pair.#createKeeper();
      return pair;
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Sends the command to both at once. */
  async ask(command: TestCommand): Promise<Answers> {
    return this.#askBoth(this.#request(command));
  }

  /** Waits until what a command gave up is free: sessions and ports are when our daemon answers, in the other one later. */
  async settle({ body, bare }: TestCommand): Promise<void> {
    if (this.configuration.keeper && !bare && mayRelease(body)) await this.#awaitRelease();
  }

  /** Starts the slow shutdown of both. Throws when one of them has not got to it in time. */
  async drain(): Promise<void> {
    for (const side of SIDES) this.#ends[side].signal('SIGHUP');
    await delay(DRAIN_MS);
    const { reference, ours } = await this.#auxiliaryCommand('U drained 127.0.0.1 4000 a');
    if (reference !== 'K E99\n' || ours !== 'K E99\n') throw new Error(`slow shutdown: ${reference} ${ours}`);
  }

  /** How the daemons that no longer run have ended. */
  ended(): string | undefined {
    const ends = SIDES.filter((side) => this.#ends[side].exit() !== undefined);
    if (ends.length === 0) return undefined;
    return ends
      .map((side) => `${side}: ${JSON.stringify(this.#ends[side].exit())} ${this.#ends[side].stderr()}`)
      .join('\n');
  }

  crashed(side: Side): boolean {
    return this.#ends[side].exit() !== undefined;
  }

  /** The number of a media port in its daemon's range. */
  portNumber(side: Side, port: number): number {
    return port - FIRST_PORT[side];
  }

  async close(): Promise<void> {
    // The reference may take a second to end by itself, and nothing of it is needed any more.
    this.#ends.reference.signal('SIGKILL');
    await this.#close();
  }

  /** The cookie is the command's number, so a history that is played again has the same cookies. */
  #request({ number, body, bare, repeats, cookieLength }: TestCommand): string {
    if (bare || this.configuration.control !== 'udp') return body;
    return `cmp.${repeats ?? number}`.padEnd(cookieLength, '.') + body;
  }

  async #askBoth(text: string): Promise<Answers> {
    const [reference, ours] = await Promise.all(SIDES.map((side) => this.#ends[side].ask(text)));
    return { reference, ours };
  }

  /** A command of our own, with the same cookie length in every run; the cookie of the answers is replaced by K. */
  async #auxiliaryCommand(text: string): Promise<Answers> {
    this.#auxiliary += 1;
    const { reference, ours } = await this.#askBoth(`keeper.${this.#auxiliary} ${text}`);
    const strip = (reply: string | undefined) => reply?.replace(/^\S+/, 'K');
    return { reference: strip(reference), ours: strip(ours) };
  }

  async #createKeeper(): Promise<void> {
    const replies = await this.#auxiliaryCommand(`U ${KEEPER.slice(2)} 127.0.0.1 4000 keeper && S ttl=100000`);
    for (const side of SIDES) {
      const port = PORT.exec(replies[side] ?? '')?.[1];
      if (port === undefined) throw new Error(`no keeper session: ${JSON.stringify(replies)}`);
      this.#keeperPorts.set(side, Number(port));
    }
  }

  /**
   * The reference lets go of ports when its packet threads wake up (protocol.md 11). Two rounds of packets for the keeper
   * session do that: when the second one is counted, the threads have looked at their list of ports anew.
   */
  async #awaitRelease(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      const before = await this.#discarded();
      for (const side of SIDES) {
        const port = this.#keeperPorts.get(side);
        if (port === undefined) continue;
        this.#ends[side].poke(port);
        this.#ends[side].poke(port + 1);
      }
      await until(
        async () => {
          const now = await this.#discarded();
          return SIDES.every((side) => this.crashed(side) || now[side] >= before[side] + 2);
        },
        RELEASE_MS,
        'packets of the keeper session',
      );
    }
  }

  async #discarded(): Promise<Record<Side, number>> {
    const replies = await this.#auxiliaryCommand('G npkts_discard');
    const count = (side: Side) => Number(replies[side]?.split(' ')[1]);
    return { reference: count('reference'), ours: count('ours') };
  }
}

function portArguments(side: Side, { pairs }: Configuration): string[] {
  if (pairs === undefined) return [];
  const first = FIRST_PORT[side];
  return ['-b', '-m', `${first}`, '-M', `${first + 2 * pairs - 1}`];
}

function mayRelease(body: string): boolean {
  return /^[ \t\r\n]*(?:[dD]|[uUlL]\S*[nN])|&&\s+(?:[dD]|[lL]\S*[nN])/.test(body);
}
