import { constants } from 'node:os';
import { EngineError, isPortBusy } from '../addon/errors.ts';
import type { Family } from '../protocol/local-address.ts';
import { type PortRange, PortTable } from './ports.ts';

/** The part of a local address that ports are bound on. */
export interface PortHost {
  readonly host: string;
  readonly family: Family;
}

/** No port pair could be had; the message says why. */
export class NoPortError extends Error {}

/** The media port pairs of both families: those of sessions' legs, and those that copies leave from. */
export class PortPairs {
  readonly #tables: Record<Family, PortTable>;
  readonly #sync: () => void;

  /** `sync` waits until the ports and descriptors of calls that just ended are free. */
  constructor(range: PortRange, sync: () => void) {
    this.#tables = { 4: new PortTable(range), 6: new PortTable(range) };
    this.#sync = sync;
  }

  /**
   * The RTP port of a pair that `open` could bind, for which it returned 0 and not an errno.
   *
   * @throws NoPortError when there is none, EngineError when none can work on this address
   */
  allocate(at: PortHost, open: (port: number) => number): number {
    const bind = (port: number): boolean => {
      const errno = open(port);
      if (errno !== 0 && !isPortBusy(errno)) throw new EngineError(errno, `binding ${at.host}:${port}`);
      return errno === 0;
    };
    const table = this.#tables[at.family];
    let port: number | undefined;
    try {
      port = table.allocate(at.host, bind);
    } catch (error) {
      if (!isExhaustion(error)) throw error;
    }
    if (port !== undefined) return port;
    // What calls that just ended had may be on its way back.
    this.#sync();
    port = table.allocate(at.host, bind);
    if (port === undefined) throw new NoPortError('every port pair is in use');
    return port;
  }

  /** The pair may be given out again. */
  release(at: PortHost, port: number): void {
    this.#tables[at.family].release(at.host, port);
  }
}

function isExhaustion(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  const { EMFILE, ENFILE, ENOBUFS, ENOMEM } = constants.errno;
  return [EMFILE, ENFILE, ENOBUFS, ENOMEM].includes(error.errno);
}
