import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';

/** A controller that hears of digits. */
export class Notified {
  readonly path: string;
  /** How many digits, by leg as the notification has it: 0 of callers, 1 of callees. */
  readonly digits = [0, 0];
  #rest = '';

  private constructor(path: string) {
    this.path = path;
  }

  static async open(scope: TestScope): Promise<Notified> {
    const notified = new Notified(join(temporaryDirectory(scope), 'notified'));
    const server = createServer((socket) => {
      scope.after(async () => void socket.destroy());
      socket.setEncoding('latin1').on('data', (text: string) => notified.#take(text));
      socket.on('error', () => undefined);
    });
    server.listen(notified.path);
    await once(server, 'listening');
    scope.after(async () => void server.close());
    return notified;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, , , duration = '', side = ''] = line.split(' ');
      if (Number(duration) === 0 || this.digits[Number(side)] === undefined) throw new Error(`notified of ${line}`);
      this.digits[Number(side)] = (this.digits[Number(side)] ?? 0) + 1;
    }
  }
}
