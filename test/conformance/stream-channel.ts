import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { Change } from './change.ts';
import type { Channel } from './channels.ts';

/** `tcp:`, `tcp6:`, `cunix:` and `stdio:`: many commands over one connection. */
export class StreamChannel implements Channel {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #change = new Change();
  #received = '';
  #ended = false;

  /** Reads replies from `input` and writes commands to `output`; of a socket both are the same. */
  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
    input.setEncoding('latin1').on('data', (part: string) => {
      this.#received += part;
      this.#change.announce();
    });
    for (const event of ['end', 'close', 'error']) {
      input.on(event, () => {
        this.#ended = true;
        this.#change.announce();
      });
    }
    // A daemon that is gone shows by its missing reply.
    output.on('error', () => {});
  }

  static async connect(address: NetConnectOpts): Promise<StreamChannel> {
    const socket = connect(address);
    await once(socket, 'connect');
    return new StreamChannel(socket, socket);
  }

  async exchange(data: string, complete: (received: string) => boolean, ms: number): Promise<string | undefined> {
    if (data !== '') this.#output.write(data, 'latin1');
    await this.#change.until(() => this.#ended || complete(this.#received), ms);
    return this.takeUnexpected() || undefined;
  }

  takeUnexpected(): string {
    const received = this.#received;
    this.#received = '';
    return received;
  }

  endInput(): void {
    this.#output.end();
  }

  close(): void {
    this.#input.destroy();
    this.#output.destroy();
  }
}
