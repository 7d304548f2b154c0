import type { ControlSocket } from './control-socket.ts';
import type { VectorDaemon } from './daemon.ts';
import { StreamChannel } from './stream-channel.ts';
import { UdpChannel } from './udp-channel.ts';
import { UnixChannel } from './unix-channel.ts';

/** One controller's way to a control socket of the daemon. */
export interface Channel {
  /**
   * Sends and waits for the reply, at most that many milliseconds. Where nothing but its contents can tell that a reply
   * is complete, `complete` does. Undefined when nothing came.
   */
  exchange(data: string, complete: (received: string) => boolean, ms: number): Promise<string | undefined>;
  /** Takes what arrived besides the replies. */
  takeUnexpected(): string;
  /** Half-closes the connection. Throws if there is none. */
  endInput(): void;
  close(): void;
}

export function openChannel(socket: ControlSocket, daemon: VectorDaemon): Promise<Channel> {
  switch (socket.kind) {
    case 'udp':
      return UdpChannel.open(socket.host, socket.port);
    case 'tcp':
      return StreamChannel.connect({ host: socket.host, port: socket.port });
    case 'cunix':
      return StreamChannel.connect({ path: socket.path });
    case 'unix':
      return Promise.resolve(new UnixChannel(socket.path));
    case 'stdio':
      return Promise.resolve(new StreamChannel(daemon.stdout, daemon.stdin));
  }
}
