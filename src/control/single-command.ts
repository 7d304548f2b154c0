import type { Socket } from 'node:net';
import { MAX_COMMAND, MAX_REPLY } from '../protocol/limits.ts';
import type { Connection } from './connection-pool.ts';
import type { CommandHandler, Peer } from './transport.ts';

/**
 * Serves one command per connection: whatever the first read returns, LF optional; the reply is one write, then the connection
 * is closed (protocol.md 2, `unix:`).
 */
export function serveSingleCommand(
  socket: Socket,
  peer: Peer,
  handler: CommandHandler,
  release: () => void,
): Connection {
  let asked = false;
  let awaitingReply = false;
  const answer = (reply: string) => {
    socket.write(Buffer.from(reply, 'latin1'), () => socket.destroy());
  };
  // Later bytes are read and dropped: closing with unread input would show the client a reset instead of the end.
  socket.on('data', (chunk) => {
    if (asked) return;
    asked = true;
    const reply = handler(chunk.subarray(0, MAX_COMMAND), peer, MAX_REPLY);
    if (typeof reply === 'string') {
      answer(reply);
      return;
    }
    awaitingReply = true;
    void reply.then((text) => {
      awaitingReply = false;
      if (socket.closed) release();
      else answer(text);
    });
  });
  socket.on('end', () => {
    if (!asked) socket.destroy();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!awaitingReply) release();
  });
  return {
    close() {
      asked = true;
      socket.destroy();
    },
  };
}
