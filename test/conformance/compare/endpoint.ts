import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Exit, type RunningProcess, startProcess } from '../../helpers/child-process.ts';
import { type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import { until, within } from '../../helpers/deadline.ts';
import { freeUdpPort } from '../../helpers/udp-port.ts';
import { Change } from '../change.ts';
import { StreamChannel } from '../stream-channel.ts';
import { UnixChannel } from '../unix-channel.ts';
import type { ControlKind } from './configurations.ts';

const HOST = '127.0.0.1';
const START_MS = 15_000;
const REPLY_MS = 3000;
const END_MS = 3000;
const PROMPTS = ['prompt.0', 'prompt.8', 'prompt.3', 'prompt.18'];

/** The last command of a burst of lines: no other one has this reply. */
const LAST = 'Gv pps_in total_duration pps_in\n';
const LAST_REPLY = /pps_in=\S+ total_duration=\S+ pps_in=\S+\n$/;

type Control = { readonly port: number } | { readonly kind: 'unix' | 'cunix'; readonly path: string };

/** One running daemon and a socket to ask it through. */
export class Endpoint {
  readonly #process: RunningProcess;
  readonly #control: Control;
  /** Sends packets, and commands to a `udp:` control socket. */
  readonly #socket: Socket;
  #lines: StreamChannel | undefined;
  readonly #received: string[] = [];
  readonly #change = new Change();

  private constructor(process: RunningProcess, control: Control, socket: Socket) {
    this.#process = process;
    this.#control = control;
    this.#socket = socket;
    socket.on('message', (datagram) => {
      this.#received.push(datagram.toString('latin1'));
      this.#change.announce();
    });
    void process.exited.then(() => this.#change.announce());
  }

  /** Starts the program with a control socket of its own and the arguments; rejects if it ends at once. */
  static async start(
    scope: TestScope,
    program: readonly string[],
    kind: ControlKind,
    args: readonly string[],
  ): Promise<Endpoint> {
    const directory = temporaryDirectory(scope);
    for (const name of PROMPTS) writeFileSync(join(directory, name), Buffer.alloc(1600));
    mkdirSync(join(directory, 'rec'));
    const pidFile = join(directory, 'pid');
    const control: Control =
      kind === 'udp' ? { port: await freeUdpPort(HOST) } : { kind, path: join(directory, 'control') };
    const spec = 'port' in control ? `udp:${HOST}:${control.port}` : `${control.kind}:${control.path}`;
    const fixed = ['-f', '-F', '-p', pidFile, '-d', 'crit', '-s', spec];
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
    const endpoint = new Endpoint(child, control, socket);
    scope.after(async () => endpoint.#lines?.close());
    return endpoint;
  }

  /** How the daemon ended; undefined while it runs. */
  exit(): Exit | undefined {
    return this.#process.exit();
  }

  stderr(): string {
    return this.#process.stderr();
  }

  /**
   * Sends a command (Latin-1) once, with its cookie if the control socket takes datagrams; the reply, or undefined when there
   * was none within 3 s. Without a cookie `-` stands in its place.
   */
  async ask(command: string): Promise<string | undefined> {
    const control = this.#control;
    if ('port' in control) return this.#askByDatagram(command, control.port);
    const reply = await (control.kind === 'unix'
      ? new UnixChannel(control.path).exchange(command, undefined, REPLY_MS)
      : this.#askByLine(command, control.path));
    return reply === undefined ? undefined : `- ${reply}`;
  }

  async #askByDatagram(datagram: string, port: number): Promise<string | undefined> {
    this.#received.length = 0;
    this.#socket.send(Buffer.from(datagram, 'latin1'), port, HOST);
    await this.#change.until(() => this.#received.length > 0 || this.exit() !== undefined, REPLY_MS);
    // A process that dies of a signal is reaped a little later than its socket is silent.
    if (this.#received.length === 0) await within(this.#process.exited, END_MS, 'end').catch(() => undefined);
    return this.#received.shift();
  }

  async #askByLine(line: string, path: string): Promise<string | undefined> {
    this.#lines ??= await StreamChannel.connect({ path });
    const received = await this.#lines.exchange(`${line}\n${LAST}`, (text) => LAST_REPLY.test(text), REPLY_MS);
    if (received !== undefined && LAST_REPLY.test(received)) return received.replace(LAST_REPLY, '');
    // The daemon has closed the connection, as it does after a line that is too long.
    this.#lines.close();
    this.#lines = undefined;
    return `${received ?? ''}<<closed>>`;
  }

  /** Sends a byte to a media port. */
  poke(port: number): void {
    this.#socket.send('x', port, HOST);
  }

  signal(name: NodeJS.Signals): void {
    if (this.exit() === undefined) process.kill(this.#process.pid, name);
  }
}
