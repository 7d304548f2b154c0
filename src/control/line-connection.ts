import type { Socket } from 'node:net';
import type { Connection } from './connection-pool.ts';
import { LineSession } from './line-session.ts';
import type { CommandHandler, Peer } from './transport.ts';

/**
 * Serves LF-terminated lines on a connection that stays open until the client ends it (protocol.md 2.2), or begins with a
 * line that `refuses` is true for.
 */
export function serveLines(
  socket: Socket,
  peer: Peer,
  handler: CommandHandler,
  release: () => void,
  refuses?: (first: Uint8Array) => boolean,
): Connection {
  const onFinished = () => {
    if (socket.closed) {
      release();
      return;
    }
    socket.once('close', release);
    socket.end(() => socket.destroy());
  };
  const session = new LineSession({ input: socket, output: socket, peer, handler, refuses, onFinished });
  return {
    close() {
      session.stop();
      socket.destroy();
    },
  };
}
