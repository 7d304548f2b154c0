import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestScope } from '../../../helpers/cleanup.ts';
import { type Daemon, startDaemon } from '../../../helpers/daemon.ts';
import { within } from '../../../helpers/deadline.ts';
import { NetworkNamespace } from '../network-namespace.ts';
import { HOST } from '../relay.ts';
import { networkCommands, RELAY, RELAY_IPV6 } from './addresses.ts';
import type { Played } from './player.ts';
import type { Request, Response } from './player-process.ts';
import type { Situation } from './situation.ts';

const MODULE = fileURLToPath(new URL('player-process.ts', import.meta.url));
const PLAY_MS = 90_000;

const LISTENS = {
  IPv4: ['-l', RELAY],
  IPv6: ['-6', RELAY_IPV6],
  'IPv6 wildcard': ['-6', '::'],
} as const;
type Listens = keyof typeof LISTENS;

export type Mode = 'guarded' | 'compat';

/** RTPPROXY_REFERENCE="/path/to/rtpproxy" puts another daemon, such as the C one, in the place of `compat`. */
const REFERENCE = process.env.RTPPROXY_REFERENCE?.split(' ').filter(Boolean) ?? [];

/** Media ports of a daemon: none that a party has, for the wildcard would be in its way. */
const FIRST_MEDIA_PORT = 10_000;
const MEDIA_PORTS = 5_000;
const FIRST_CONTROL_PORT = 2_000;

interface StagedDaemon {
  readonly daemon: Daemon;
  readonly controlPort: number;
}

/** A network of its own, with daemons and with a process that plays situations there. */
export class Stage {
  /** In the order of the figures. */
  readonly modes: readonly Mode[];
  readonly #scope: TestScope;
  readonly #namespace: NetworkNamespace;
  readonly #child: ChildProcess;
  readonly #daemons = new Map<Listens, Promise<readonly StagedDaemon[]>>();
  readonly #waiting = new Map<number, (response: Response) => void>();
  #started = 0;
  #last = 0;

  private constructor(scope: TestScope, modes: readonly Mode[], namespace: NetworkNamespace, child: ChildProcess) {
    this.#scope = scope;
    this.modes = modes;
    this.#namespace = namespace;
    this.#child = child;
    child.on('message', (response: Response) => this.#waiting.get(response.id)?.(response));
  }

  /** With a daemon for each latch mode. They are gone when the test ends. */
  static async open(scope: TestScope, modes: readonly Mode[]): Promise<Stage> {
    const { namespace, child } = await NetworkNamespace.ofModule(scope, MODULE);
    await namespace.run(networkCommands());
    return new Stage(scope, modes, namespace, child);
  }

  /** Plays a situation in a daemon of each mode, at the same time. */
  async play(situation: Situation): Promise<Played> {
    const daemons = await this.#listening(situation.listens ?? 'IPv4');
    const id = ++this.#last;
    const request: Request = { id, situation, controlPorts: daemons.map(({ controlPort }) => controlPort) };
    const answered = new Promise<Response>((resolve, reject) => {
      this.#waiting.set(id, resolve);
      this.#child.send(request, (error) => error !== null && reject(error));
    });
    const { played, error } = await within(answered, PLAY_MS, 'end of a situation');
    this.#waiting.delete(id);
    if (played === undefined) throw new Error(error);
    return played;
  }

  /** What the daemons with an IPv4 address have logged so far, in the order of the modes. */
  async logs(): Promise<string[]> {
    return (await this.#listening('IPv4')).map(({ daemon }) => daemon.stderr());
  }

  #listening(listens: Listens): Promise<readonly StagedDaemon[]> {
    const known = this.#daemons.get(listens);
    if (known !== undefined) return known;
    const starting = Promise.all(this.modes.map((mode) => this.#start(LISTENS[listens], mode)));
    this.#daemons.set(listens, starting);
    return starting;
  }

  async #start(addresses: readonly string[], mode: Mode): Promise<StagedDaemon> {
    const number = this.#started++;
    const controlPort = FIRST_CONTROL_PORT + number;
    const first = FIRST_MEDIA_PORT + number * MEDIA_PORTS;
    const ports = ['-m', String(first), '-M', String(first + MEDIA_PORTS - 1)];
    const args = ['-s', `udp:${HOST}:${controlPort}`, ...addresses, ...ports];
    const options = { launcher: this.#namespace.launcher, logLevel: 'info' };
    const daemon =
      mode === 'compat' && REFERENCE.length > 0
        ? await startDaemon(this.#scope, args, { ...options, command: REFERENCE })
        : await startDaemon(this.#scope, [...args, `--latch=${mode}`], options);
    return { daemon, controlPort };
  }
}
