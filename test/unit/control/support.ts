import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ControlSockets } from '../../../src/addon/control-sockets.ts';
import { ConnectionPool } from '../../../src/control/connection-pool.ts';
import { createTransport, type SharedControl } from '../../../src/control/open.ts';
import { parseControlSpec } from '../../../src/control/spec.ts';
import type { CommandHandler, Peer, Transport } from '../../../src/control/transport.ts';

const DEADLINE_MS = 5000;

/** Fails instead of hanging. */
export async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a condition that no event announces. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${DEADLINE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A handler that notes what it is given and, by default, answers the command text itself, or E5 to nothing. */
export class Recorder {
  readonly commands: string[] = [];
  readonly peers: Peer[] = [];
  readonly rooms: number[] = [];
  reply: (command: string) => string | Promise<string> = (command) => (command.trim() === '' ? 'E5\n' : `${command}\n`);

  readonly handler: CommandHandler = (command, peer, room) => {
    const text = Buffer.from(command).toString('latin1');
    this.commands.push(text);
    this.peers.push(peer);
    this.rooms.push(room);
    return this.reply(text);
  };
}

export interface Shared extends SharedControl {
  readonly sockets: ControlSockets;
}

export interface Daemon extends Shared {
  readonly transport: Transport;
  readonly recorder: Recorder;
}

export function sharedControl(t: TestContext, limit?: number): Shared {
  const sockets = new ControlSockets();
  t.after(() => sockets.close());
  return { sockets, connections: new ConnectionPool(limit) };
}

/** Starts the transport of an `-s` argument; it is closed at the end of the test. */
export async function serve(t: TestContext, spec: string, shared = sharedControl(t)): Promise<Daemon> {
  const recorder = new Recorder();
  const transport = createTransport(parseControlSpec(spec), shared);
  t.after(() => transport.close());
  await transport.start(recorder.handler);
  return { ...shared, transport, recorder };
}

export function portOf(transport: Transport): number {
  if ('port' in transport && typeof transport.port === 'number') return transport.port;
  throw new Error(`${transport.name} has no port`);
}

export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'control-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Sockets and pipes this process has open. */
export function descriptors(): string[] {
  const open: string[] = [];
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      if (/^(socket|pipe):/.test(target)) open.push(target);
    } catch {
      // The descriptor of the listing itself.
    }
  }
  return open.sort();
}

/** The client end of a stream control socket. */
export class StreamClient {
  readonly socket: Socket;
  /** Everything received so far. */
  text = '';
  readonly #closed: Promise<void>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
  }

  static async connect(t: TestContext, target: { path: string } | TcpNetConnectOpts): Promise<StreamClient> {
    const socket = connect(target);
    const client = new StreamClient(socket);
    t.after(() => socket.destroy());
    await within(
      new Promise<void>((resolve, reject) => {
        socket.once('connect', () => resolve()).once('error', reject);
      }),
      'connection',
    );
    return client;
  }

  send(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  /** Waits until at least that many bytes were received, and returns all. */
  async received(length: number): Promise<string> {
    await until(() => this.text.length >= length, `${length} bytes, got ${this.text.length}`);
    return this.text;
  }

  /** Waits for the end of the connection, and returns everything received. */
  async ended(): Promise<string> {
    await within(this.#closed, 'end of connection');
    return this.text;
  }
}

/** The client end of a datagram control socket. */
export class UdpClient {
  readonly #socket: UdpSocket;
  readonly #port: number;
  readonly #host: string;
  readonly #queue: string[] = [];
  readonly senders: RemoteInfo[] = [];

  private constructor(socket: UdpSocket, port: number, host: string) {
    this.#socket = socket;
    this.#port = port;
    this.#host = host;
    socket.on('message', (datagram, sender) => {
      this.#queue.push(datagram.toString('latin1'));
      this.senders.push(sender);
    });
  }

  static async open(t: TestContext, port: number, host = '127.0.0.1'): Promise<UdpClient> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve) => {
      socket.bind(0, host, resolve);
    });
    t.after(() => socket.close());
    return new UdpClient(socket, port, host);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(Buffer.from(text, 'latin1'), this.#port, this.#host, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  }

  async receive(): Promise<string> {
    await until(() => this.#queue.length > 0, 'datagram');
    return this.#queue.shift() ?? '';
  }

  async ask(text: string): Promise<string> {
    await this.send(text);
    return this.receive();
  }
}
