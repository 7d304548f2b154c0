import { statSync } from 'node:fs';
import type { AddressBlock, SocketAddress } from '../addon/access.ts';
import { CONTROL_FIGURES, type ControlFigures } from '../addon/contract.ts';
import { type BatchObserver, ControlSockets } from '../addon/control-sockets.ts';
import { EngineError } from '../addon/errors.ts';
import { socketPath } from '../addon/host.ts';
import { parseBlocks } from '../config/block-list.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { allowedBy, controlFailure, controlSpecs, exposure } from '../config/control-sockets.ts';
import type { Activation } from '../control/activated.ts';
import { ConnectionPool, MAX_CONNECTIONS } from '../control/connection-pool.ts';
import { createTransport } from '../control/open.ts';
import type { SocketAccess } from '../control/socket-access.ts';
import type { CommandHandler, Transport } from '../control/transport.ts';
import type { Logger } from '../log/log.ts';
import { strerror } from '../log/strerror.ts';
import { BASIC_VERSION, FEATURES, supportsFeature } from '../protocol/capabilities.ts';

export interface ControlOptions {
  readonly activation?: Activation | undefined;
  readonly observer?: BatchObserver;
  /** Told where UDP control sockets are bound, before the first command of the latest comes. */
  readonly bound?: (sockets: readonly SocketAddress[]) => void;
  readonly logger: Logger;
}

const WHERE = 'control';

/** The daemon's control sockets, opened and closed together. */
export class Control {
  readonly #transports: Transport[] = [];
  #sockets: ControlSockets | undefined;
  #allows: (host: string) => boolean = () => true;

  /**
   * Opens every `-s` socket; commands go to `handler`. `onInputEnd` is told when the standard input of a `stdio:` socket
   * has ended and that ends the daemon (protocol.md 2.4). `activation` is for `systemd:`, `observer` hears of batches of
   * datagrams, `bound` of addresses; problems of running sockets go to `logger`. When a socket cannot be opened all are closed
   * again. To be called once.
   * @throws ConfigError
   */
  async open(
    config: Config,
    handler: CommandHandler,
    onInputEnd: () => void,
    { activation, observer, bound, logger }: ControlOptions,
  ): Promise<void> {
    const denied = (count: number, host: string) =>
      logger.log(
        'WARN',
        WHERE,
        `datagrams of ${host} are no commands, ${count} of all dropped so far; see --control-allow`,
      );
    const sockets = startSockets({ ...observer, denied });
    this.#sockets = sockets;
    const allowed = parseBlocks(config.controlAllow);
    this.allowOnly(allowed);
    try {
      const specs = controlSpecs(config);
      const polled = specs.filter(({ kind }) => kind === 'udp' || kind === 'stdio' || kind === 'stdioc').length;
      const warn = (text: string) => logger.log('WARN', WHERE, text);
      const shared = {
        warn,
        allows: (host: string) => this.#allows(host),
        sockets,
        access: socketAccess(config),
        ...(activation && { activation }),
      };
      if (activation !== undefined && activation.count > 0 && !specs.some(({ kind }) => kind === 'systemd')) {
        warn('nobody serves the socket that systemd has passed, commands sent there get no reply: no -s is systemd:');
      }
      for (const spec of specs) {
        const ends = spec.kind === 'stdioc' || (spec.kind === 'stdio' && polled === 1);
        const transport = createTransport(spec, {
          ...shared,
          connections: connectionPool(spec.text, warn),
          onEof: ends ? onInputEnd : () => {},
        });
        this.#transports.push(transport);
        await transport.start(handler);
        if (spec.kind === 'systemd' && activation !== undefined) warnAboutOpenSocket(activation.fd, warn);
        const exposed = exposure(spec, allowed);
        if (exposed !== undefined) warn(exposed);
        if (spec.kind === 'udp') bound?.(sockets.endpoints);
      }
    } catch (error) {
      await this.close();
      throw controlFailure(error, config.controls);
    }
  }

  /** UDP and TCP sockets take commands of nobody else from now on, by connections neither; an empty list is everybody. */
  allowOnly(blocks: readonly AddressBlock[]): void {
    this.#allows = allowedBy(blocks);
    this.#sockets?.allowOnly(blocks);
    for (const transport of this.#transports) transport.turnAway?.();
  }

  /** Datagrams answered from the cache of replies. */
  get duplicates(): number {
    return this.figures.repeated;
  }

  /** `V` and `VF` commands answered without the handler. */
  get answered(): number {
    return this.figures.answered;
  }

  /** Of the UDP sockets. */
  get figures(): ControlFigures {
    return this.#sockets?.figures() ?? CONTROL_FIGURES;
  }

  /**
   * Has plain `V` and `VF` datagrams answered without the handler, as a daemon with or without notify targets does; even when
   * it is busy, so that no SIP proxy takes it for dead. `undefined`: the handler gets them.
   */
  answerVersions(daemon: { readonly notifications: boolean } | undefined): void {
    const dates = FEATURES.map(({ date }) => date);
    this.#sockets?.answerVersions(
      daemon && { base: `${BASIC_VERSION}\n`, dates: dates.filter((date) => supportsFeature(date, daemon)) },
    );
  }

  /** What is open no longer listens when this returns, and Unix sockets are removed; the promise is for the rest. */
  async close(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close()));
    this.#sockets?.close();
  }
}

/** Says that it is full with the first connection that gives way, the tenth, the hundredth, and so on. */
function connectionPool(socket: string, warn: (text: string) => void): ConnectionPool {
  let next = 1;
  return new ConnectionPool(MAX_CONNECTIONS, (count) => {
    if (count < next) return;
    next *= 10;
    warn(`${socket}: more than ${MAX_CONNECTIONS} connections; the one idle longest was closed, ${count} so far`);
  });
}

/** The unit's socket is everybody's, as with the C daemon, unless a drop-in says otherwise. */
function warnAboutOpenSocket(fd: number, warn: (text: string) => void): void {
  const path = socketPath(fd);
  const mode = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined || (mode & 0o002) === 0) return;
  warn(
    `any local user may command the relay by ${path}; SocketMode=0660 and SocketGroup= narrow it (restrict-socket.conf)`,
  );
}

/** Mode when a group is named and no mode is given (cli.md 8). */
const GROUP_MODE = 0o755;

/** Owner and mode of Unix sockets (cli.md 8). */
export function socketAccess({ identity, socketMode }: Config): SocketAccess {
  // 0 stands for the default mode, as in the C daemon.
  const mode = socketMode || (identity?.groupNamed ? GROUP_MODE : undefined);
  return {
    ...(identity?.user === undefined ? {} : { uid: identity.user.uid }),
    ...(identity === undefined ? {} : { gid: identity.gid }),
    ...(mode === undefined ? {} : { mode }),
  };
}

function startSockets(observer: BatchObserver): ControlSockets {
  try {
    return new ControlSockets(observer);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new ConfigError(`can't start the control thread: ${strerror(error)}`);
  }
}
