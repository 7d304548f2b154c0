import type { Engine } from '../addon/engine.ts';
import { EngineError } from '../addon/errors.ts';
import type { LegIndex } from '../addon/types.ts';
import type { Logger } from '../log/log.ts';
import { failureText } from '../log/strerror.ts';
import { parseHost } from '../protocol/address.ts';
import { decimalToInt32 } from '../protocol/decimal.ts';
import type { Family, LocalAddress } from '../protocol/local-address.ts';
import type { LocalAddresses } from '../session/local-addresses.ts';
import { NoPortError, type PortPairs } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import type { LegTaps } from './leg-taps.ts';

/** Where C sends copies to: RTP to `port`, RTCP to the port behind it. */
export interface CopyTarget {
  /** Numeric, or a name. */
  readonly host: string;
  readonly port: number;
}

const PREFIX = 'udp:';

/** The target of C is an address, not a file. */
export function isRemoteTarget(target: string): boolean {
  return target.startsWith(PREFIX);
}

/**
 * Reads `udp:HOST:PORT` (media.md 6.6); undefined when it is wrong. The port stands behind the last colon, so IPv6
 * addresses are written without brackets, as in `-s udp6:`. Without RTCP any number is a port, modulo 65536, as in the C
 * daemon.
 */
export function parseCopyTarget(target: string, rtcp: boolean): CopyTarget | undefined {
  const text = target.slice(PREFIX.length);
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, colon));
  if (host === '' || /[[\]]/.test(host)) return undefined;
  const port = decimalToInt32(text.slice(colon + 1));
  if (port === undefined || port < 0) return undefined;
  if (rtcp && (port < 1 || port > 65534)) return undefined;
  return { host, port: port & 0xffff };
}

const WHERE = 'copier';

/** Finds the address of a name. Rejects when there is none, or when names are not looked up. */
export type NameResolver = (name: string, family: Family) => Promise<string>;

/** Where the copies of a leg's packets leave from: the address and the RTP port. */
export interface CopySource {
  readonly local: LocalAddress;
  readonly port: number;
}

/** Copies of what legs receive, sent to other addresses (media.md 6.6). */
export class Copier {
  /** RTCP is copied too. */
  readonly rtcp: boolean;
  readonly #addresses: Pick<LocalAddresses, 'towards'>;
  readonly #engine: Engine;
  readonly #ports: PortPairs;
  readonly #taps: LegTaps;
  readonly #resolve: NameResolver;
  readonly #logger: Logger;

  constructor(
    rtcp: boolean,
    addresses: Pick<LocalAddresses, 'towards'>,
    engine: Engine,
    ports: PortPairs,
    taps: LegTaps,
    resolve: NameResolver,
    logger: Logger,
  ) {
    this.rtcp = rtcp;
    this.#addresses = addresses;
    this.#engine = engine;
    this.#ports = ports;
    this.#taps = taps;
    this.#resolve = resolve;
    this.#logger = logger;
  }

  /** The numeric form of a host: at once if it is an address, later if it is a name, undefined when it is nothing. */
  addressOf(host: string): string | Promise<string | undefined> {
    const numeric = parseHost(host, 4) ?? (host.includes(':') ? parseHost(host, 6) : undefined);
    return numeric ?? this.#resolve(host, 4).catch(() => undefined);
  }

  /**
   * Copies what a leg receives to a target with a numeric host, and returns where the copies come from; undefined when it
   * cannot. A leg that is recorded or copied already goes on as before, and the source is one that is not used, as in the C
   * daemon.
   */
  start(session: Session, leg: LegIndex, target: CopyTarget): CopySource | undefined {
    if (this.#reachesControlSocket(target)) {
      return this.#refuse(session, `${target.host}:${target.port} is a control socket of this daemon`);
    }
    const family = target.host.includes(':') ? 6 : 4;
    const local = this.#addresses.towards(target.host, family);
    if (local === undefined) return this.#refuse(session, `no route to ${target.host}`);
    const { host } = local;
    let port: number;
    try {
      port = this.#ports.allocate(local, (free) =>
        this.#engine.copy(session.handle, leg, {
          host,
          port: free,
          targetHost: target.host,
          targetPort: target.port,
          tos: session.legs[leg].tos,
          rtcp: this.rtcp,
        }),
      );
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof NoPortError)) throw error;
      return this.#refuse(session, failureText(error));
    }
    if (this.#taps.get(session, leg) !== undefined) {
      this.#ports.release(local, port);
      return { local, port };
    }
    const log = (text: string): void => this.#logger.log('INFO', WHERE, text, session.callId);
    const legPort = session.legs[leg].port ?? 0;
    log(`starting copy of port ${legPort} from ${host}:${port} to ${target.host}:${target.port}`);
    const ended = (): void => {
      log(`stopping copy from ${host}:${port} to ${target.host}:${target.port}`);
      this.#ports.release(local, port);
    };
    this.#taps.set(session, leg, { ended });
    return { local, port };
  }

  #reachesControlSocket({ host, port }: CopyTarget): boolean {
    const ports = this.rtcp ? [port, port + 1] : [port];
    return ports.some((each) => this.#engine.judge(host, each) === 'control');
  }

  #refuse(session: Session, reason: string): undefined {
    this.#logger.log('ERR', WHERE, `can't copy: ${reason}`, session.callId);
    return undefined;
  }
}
