import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { within } from './deadline.ts';

const REPLY_MS = 5000;
const RETRANSMIT_MS = 500;

/** Asks a daemon through one of its control sockets. It keeps nothing open between commands. */
export interface ControlClient {
  /** Sends one command (no cookie, Latin-1) and returns the reply, its LF included. Rejects after 5 s without one. */
  command(text: string): Promise<string>;
}

/** Asks a `udp:` or `udp6:` control socket, as a SIP proxy does: the same cookie is sent again until its reply comes. */
export function udpClient(host: string, port: number): ControlClient {
  return {
    async command(text) {
      const cookie = randomUUID();
      const request = Buffer.from(`${cookie} ${text}`, 'latin1');
      const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
      let timer: NodeJS.Timeout | undefined;
      try {
        const reply = new Promise<string>((resolve, reject) => {
          socket.once('error', reject);
          socket.on('message', (datagram) => {
            const answer = datagram.toString('latin1');
            if (answer.startsWith(`${cookie} `)) resolve(answer.slice(cookie.length + 1));
          });
          socket.send(request, port, host);
          timer = setInterval(() => socket.send(request, port, host), RETRANSMIT_MS);
        });
        return await within(reply, REPLY_MS, `reply to ${JSON.stringify(text)}`);
      } finally {
        clearInterval(timer);
        socket.close();
      }
    },
  };
}

/** Asks a `unix:` control socket: a connection for each command, which the daemon closes after its reply. */
export function unixClient(path: string): ControlClient {
  return {
    async command(text) {
      const socket = connect(path);
      try {
        const reply = new Promise<string>((resolve, reject) => {
          let answer = '';
          socket.setEncoding('latin1');
          socket.on('data', (part: string) => {
            answer += part;
          });
          socket.once('error', reject);
          socket.once('end', () => resolve(answer));
          socket.write(text, 'latin1');
        });
        return await within(reply, REPLY_MS, `reply to ${JSON.stringify(text)}`);
      } finally {
        socket.destroy();
      }
    },
  };
}
