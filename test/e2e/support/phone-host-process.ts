import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Endpoint } from './udp-peer.ts';

// The process of a PhoneHost. A socket belongs for ever to the network namespace that it was made in, whoever has it: this
// process makes them, and its parent sends and receives with them.

/** What the parent asks for: a UDP socket at this address. */
export interface Request {
  readonly id: number;
  readonly at: Endpoint;
}

/** The socket comes with it, unless there is an error. */
export interface Response {
  readonly id: number;
  readonly error?: string;
}

async function answer({ id, at }: Request): Promise<void> {
  const socket = createSocket(isIPv6(at.host) ? 'udp6' : 'udp4');
  try {
    socket.bind(at.port, at.host);
    await once(socket, 'listening');
    const response: Response = { id };
    process.send?.(response, socket, {}, () => socket.close());
  } catch (error) {
    socket.close();
    const response: Response = { id, error: String(error) };
    process.send?.(response);
  }
}

process.on('message', (request: Request) => void answer(request));
process.on('disconnect', () => process.exit());
process.send?.('ready');
