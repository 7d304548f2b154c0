import type { Logger } from '../log/log.ts';
import type { NotifyDestination } from '../session/session.ts';
import { NotifyConnection } from './connection.ts';

/** More than the configured targets can be: beyond them only wildcards add destinations. */
const MAX_CONNECTIONS = 128;
/** How long the end of the daemon waits for notifications that are on their way, ms. */
const CLOSE_MS = 1000;

/** Sends notifications, of sessions that have timed out and of modules, each destination over a connection of its own. */
export class Notifier {
  readonly #logger: Logger;
  /** By destination, the one used last at the end. */
  readonly #connections = new Map<string, NotifyConnection>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * Sends a line, one byte for each character, and LF. What cannot be delivered is lost, with a line in the log: a `momentary` one
   * as soon as the destination cannot be reached, others after some tries.
   */
  send(destination: NotifyDestination, line: string, momentary = false): void {
    const name = JSON.stringify(destination);
    const connection = this.#connections.get(name) ?? this.#open(destination);
    if (connection === undefined) {
      this.#logger.log('ERR', 'notify', 'unable to send timeout notification: too many destinations');
      return;
    }
    this.#connections.delete(name);
    this.#connections.set(name, connection);
    connection.send(Buffer.from(`${line}\n`, 'latin1'), momentary);
  }

  /** Closes every connection; what waits to be sent gets a last chance of a second. */
  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.close(CLOSE_MS)));
    this.#connections.clear();
  }

  /** A new connection, in place of an idle one if there are too many; undefined when all are in use. */
  #open(destination: NotifyDestination): NotifyConnection | undefined {
    if (this.#connections.size >= MAX_CONNECTIONS) {
      const idle = [...this.#connections].find(([, { idle }]) => idle);
      if (idle === undefined) return undefined;
      this.#connections.delete(idle[0]);
      void idle[1].close(0);
    }
    return new NotifyConnection(destination, this.#logger);
  }
}
