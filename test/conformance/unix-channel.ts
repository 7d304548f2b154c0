import { connect } from 'node:net';
import { Change } from './change.ts';
import type { Channel } from './channels.ts';

/** `unix:`: a connection for each command; the daemon ends it after its reply. */
export class UnixChannel implements Channel {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** What is no reply, an error or a missing end of the stream, is told in the place of one. */
  async exchange(data: string, _complete: unknown, ms: number): Promise<string | undefined> {
    const change = new Change();
    const socket = connect(this.#path);
    let received = '';
    let ended = false;
    socket.setEncoding('latin1').on('data', (part: string) => {
      received += part;
    });
    socket.on('end', () => {
      ended = true;
      change.announce();
    });
    socket.on('error', (error) => {
      received ||= `<<${error.message}>>`;
      ended = true;
      change.announce();
    });
    // An empty command is a connection that ends at once.
    if (data === '') socket.end();
    else socket.write(data, 'latin1');
    await change.until(() => ended, ms);
    socket.destroy();
    if (ended) return received;
    return received === '' ? undefined : `${received}<<no end of stream>>`;
  }

  takeUnexpected(): string {
    return '';
  }

  endInput(): void {
    throw new Error('the connection ends with each command');
  }

  close(): void {
    // Nothing is open between commands.
  }
}
