import { mkdirSync, writeFileSync } from 'node:fs';
import { atEnd, type TestScope, temporaryDirectory } from '../helpers/cleanup.ts';
import { type Channel, openChannel } from './channels.ts';
import { type ControlSocket, chooseControlSocket } from './control-socket.ts';
import { startVectorDaemon, type VectorDaemon } from './daemon.ts';
import { Listeners } from './listeners.ts';
import { MediaSockets } from './media.ts';
import { freePorts } from './ports.ts';
import type { Scenario } from './scenario.ts';
import { Substitution } from './substitution.ts';

/** Name of the scenario's own control socket; no extra socket is called so. */
const OWN_SOCKET = 'control';

/** A daemon and all that surrounds it in one scenario. Everything goes when the test ends. */
export class Stage {
  /** When a channel's input was ended, by performance.now(). */
  inputEndedAt: number | undefined;
  readonly #sockets: ReadonlyMap<string, ControlSocket>;
  readonly #channels = new Map<string, Channel>();

  private constructor(
    readonly daemon: VectorDaemon,
    readonly substitution: Substitution,
    readonly media: MediaSockets,
    readonly listeners: Listeners,
    sockets: ReadonlyMap<string, ControlSocket>,
  ) {
    this.#sockets = sockets;
  }

  static async open(scope: TestScope, scenario: Scenario): Promise<Stage> {
    const directory = temporaryDirectory(scope);
    const media = await MediaSockets.open(scope, scenario.media ?? {});
    const listeners = await Listeners.open(scope, directory, scenario.listeners ?? {});
    const substitution = new Substitution({
      directory,
      portBase: scenario.port_block === undefined ? undefined : await freePorts(scenario.port_block),
      mediaPorts: media.ports(),
      listeners: listeners.addresses(),
    });
    for (const name of scenario.dirs ?? []) mkdirSync(substitution.text(name), { recursive: true });
    for (const { path, size, fill = 0xff } of scenario.files ?? []) {
      writeFileSync(substitution.text(path), Buffer.alloc(size, fill));
    }
    const sockets = new Map<string, ControlSocket>();
    for (const [name, transport] of Object.entries({ [OWN_SOCKET]: scenario.transport, ...scenario.extra_sockets })) {
      sockets.set(name, await chooseControlSocket(transport, directory, name));
    }
    const args = [...sockets.values()].flatMap(({ spec }) => ['-s', spec]);
    args.push(...scenario.daemon_args.map((argument) => substitution.text(argument)));
    const daemon = await startVectorDaemon(scope, directory, args);
    const stage = new Stage(daemon, substitution, media, listeners, sockets);
    atEnd(scope, () => {
      for (const name of stage.#channels.keys()) stage.disconnect(name);
    });
    return stage;
  }

  /** The channel to a control socket, opened at its first use. */
  async channel(name = OWN_SOCKET): Promise<Channel> {
    const open = this.#channels.get(name);
    if (open !== undefined) return open;
    const socket = this.#sockets.get(name);
    if (socket === undefined) throw new Error(`the scenario has no control socket ${name}`);
    const channel = await openChannel(socket, this.daemon);
    this.#channels.set(name, channel);
    return channel;
  }

  /** The next use of the socket opens a new channel. */
  disconnect(name = OWN_SOCKET): void {
    this.#channels.get(name)?.close();
    this.#channels.delete(name);
  }

  /** What the daemon sent without having been asked; empty when there is nothing. */
  takeUnexpected(): string {
    return [...this.#channels.values()].map((channel) => channel.takeUnexpected()).join('');
  }
}
