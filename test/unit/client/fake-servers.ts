import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { RtpproxyClient } from '../../../src/client/client.ts';
import type { ClientOptions } from '../../../src/index.ts';
import { atEnd, type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';

/** A client that is closed when the test ends. */
export function openClient(scope: TestScope, target: string, options: ClientOptions = {}): RtpproxyClient {
  const client = new RtpproxyClient(target, options);
  atEnd(scope, () => client.close());
  return client;
}

export interface FakeUdpServer {
  readonly port: number;
  /** Everything received so far, Latin-1. */
  readonly received: string[];
}

/** Serves `udp:` with a function that gets cookie, command and a way to answer any datagrams. */
export async function fakeUdpServer(
  scope: TestScope,
  serve: (cookie: string, command: string, send: (datagram: string) => void) => void,
): Promise<FakeUdpServer> {
  const socket = createSocket('udp4');
  const received: string[] = [];
  socket.on('message', (data: Buffer, from: RemoteInfo) => {
    const text = data.toString('latin1');
    received.push(text);
    const blank = text.indexOf(' ');
    serve(text.slice(0, blank), text.slice(blank + 1), (datagram) => {
      socket.send(Buffer.from(datagram, 'latin1'), from.port, from.address);
    });
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  atEnd(scope, () => {
    socket.close();
  });
  return { port: socket.address().port, received };
}

export interface FakeStreamServer {
  readonly path: string;
  /** The connections so far. */
  readonly connections: Socket[];
}

/** Serves a Unix stream socket with a function that gets each connection and what arrives on it. */
export async function fakeStreamServer(
  scope: TestScope,
  serve: (text: string, socket: Socket, connection: number) => void,
): Promise<FakeStreamServer> {
  const path = join(temporaryDirectory(scope), 'socket');
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    const number = connections.push(socket);
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('data', (text: string) => serve(text, socket, number));
  });
  server.listen(path);
  await once(server, 'listening');
  atEnd(scope, () => {
    for (const socket of connections) socket.destroy();
    server.close();
  });
  return { path, connections };
}
