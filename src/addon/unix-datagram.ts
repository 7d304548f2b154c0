import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { openUnixDatagram, sendUnixDatagram } from './host.ts';

/** What became of a datagram: `full` may be tried again. */
export type Sent = 'sent' | 'full' | 'failed';

/** A Unix datagram socket that sends without waiting; for syslog and for the service manager. */
export class UnixDatagram {
  readonly #path: string;
  #fd: number | undefined;

  /** `@name` is an abstract address. */
  constructor(path: string) {
    this.#path = path;
  }

  send(bytes: Uint8Array): Sent {
    this.#fd ??= openUnixDatagram();
    if (this.#fd === undefined) return 'failed';
    const errno = sendUnixDatagram(this.#fd, this.#path, bytes);
    if (errno === 0) return 'sent';
    return errno === constants.errno.EAGAIN || errno === constants.errno.ENOBUFS ? 'full' : 'failed';
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
