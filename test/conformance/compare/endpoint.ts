import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Exit, type RunningProcess, startProcess } from '../../helpers/child-process.ts';
import { type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import { until, within } from '../../helpers/deadline.ts';
import { freeUdpPort } from '../../helpers/udp-port.ts';
import { Change } from '../change.ts';

const HOST = '127.0.0.1';
const START_MS = 15_000;
const REPLY_MS = 3000;
const END_MS = 3000;
const PROMPTS = ['prompt.0', 'prompt.8', 'prompt.3', 'prompt.18'];

/** One running daemon and a socket to ask it through. */
export class Endpoint {
  readonly #process: RunningProcess;
  readonly #port: number;
  readonly #socket: Socket;
  readonly #received: string[] = [];
  readonly #change = new Change();

  private constructor(process: RunningProcess, port: number, socket: Socket) {
    this.#process = process;
    this.#port = port;
    this.#socket = socket;
    socket.on('message', (datagram) => {
      this.#received.push(datagram.toString('latin1'));
      this.#change.announce();
    });
    void process.exited.then(() => this.#change.announce());
  }

  /** Starts the program with a control socket of its own and the arguments; rejects if it ends at once. */
  static async start(scope: TestScope, program: readonly string[], args: readonly string[]): Promise<Endpoint> {
    const directory = temporaryDirectory(scope);
    for (const name of PROMPTS) writeFileSync(join(directory, name), Buffer.alloc(1600));
    mkdirSync(join(directory, 'rec'));
    const pidFile = join(directory, 'pid');
    const port = await freeUdpPort(HOST);
    const fixed = ['-f', '-F', '-p', pidFile, '-d', 'crit', '-s', `udp:${HOST}:${port}`];
    const child = await startProcess(scope, [...program, ...fixed, ...args], { cwd: directory });
    const isReady = () => existsSync(pidFile) && readFileSync(pidFile, 'latin1').endsWith('\n');
    await until(() => child.exit() !== undefined || isReady(), START_MS, `start of ${program.join(' ')}`);
    if (child.exit() !== undefined) throw new Error(`${program.join(' ')} ended at once\n${child.stderr()}`);
    const socket = createSocket('udp4');
    scope.after(async () => {
      socket.close();
    });
    socket.bind(0, HOST);
    await once(socket, 'listening');
    return new Endpoint(child, port, socket);
  }

  /** How the daemon ended; undefined while it runs. */
  exit(): Exit | undefined {
    return this.#process.exit();
  }

  stderr(): string {
    return this.#process.stderr();
  }

  /** Sends a datagram (Latin-1) once; the reply, or undefined when there was none within 3 s. */
  async ask(datagram: string): Promise<string | undefined> {
    this.#received.length = 0;
    this.#socket.send(Buffer.from(datagram, 'latin1'), this.#port, HOST);
    await this.#change.until(() => this.#received.length > 0 || this.exit() !== undefined, REPLY_MS);
    // A process that dies of a signal is reaped a little later than its socket is silent.
    if (this.#received.length === 0) await within(this.#process.exited, END_MS, 'end').catch(() => undefined);
    return this.#received.shift();
  }

  /** Sends a byte to a media port. */
  poke(port: number): void {
    this.#socket.send('x', port, HOST);
  }

  signal(name: NodeJS.Signals): void {
    if (this.exit() === undefined) process.kill(this.#process.pid, name);
  }
}
