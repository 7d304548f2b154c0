import type { Socket } from 'node:net';
import { LineSession } from './line-session.ts';
import type { Connection } from './stream-server.ts';
import type { CommandHandler, Peer } from './transport.ts';

/** Serves LF-terminated lines on a connection that stays open until the client ends it (protocol.md 2.2). */
export function serveLines(socket: Socket, peer: Peer, handler: CommandHandler, release: () => void): Connection {
  const onFinished = () => {
    if (socket.closed) {
      release();
      return;
    }
    socket.once('close', release);
    socket.end(() => socket.destroy());
  };
  const session = new LineSession({ input: socket, output: socket, peer, handler, onFinished });
  return {
    close() {
      session.stop();
      socket.destroy();
    },
  };
}
