import { ActivatedTransport, type Activation } from './activated.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { SocketAccess } from './socket-access.ts';
import type { ControlSpec } from './spec.ts';
import { StdioTransport } from './stdio.ts';
import { TcpTransport } from './tcp.ts';
import type { Transport } from './transport.ts';
import { type UdpSockets, UdpTransport } from './udp.ts';
import { UnixTransport } from './unix.ts';

/** What a control socket needs of its daemon. */
export interface SharedControl {
  readonly sockets: UdpSockets;
  readonly connections: ConnectionPool;
  /** Who may use TCP sockets, by numeric address; everybody when absent. */
  readonly allows?: (host: string) => boolean;
  /** Hears what an operator should know; nobody when absent. */
  readonly warn?: (text: string) => void;
  /** Owner and mode of Unix sockets; as the system gives them when absent. */
  readonly access?: SocketAccess;
  /** For `systemd:`; none when absent. */
  readonly activation?: Activation;
  /** See StdioOptions. */
  readonly onEof?: (kind: 'stdio' | 'stdioc') => void;
}

const NO_ACTIVATION: Activation = { fd: 3, count: 0 };

/** The transport of a parsed `-s` argument. Nothing is opened before its `start`. */
export function createTransport(spec: ControlSpec, shared: SharedControl): Transport {
  switch (spec.kind) {
    case 'udp':
      return new UdpTransport(spec, shared.sockets);
    case 'tcp':
      return new TcpTransport(spec, shared.connections, shared.warn, shared.allows);
    case 'unix':
    case 'cunix':
      return new UnixTransport(spec, shared.connections, shared.access);
    case 'stdio':
    case 'stdioc':
      return new StdioTransport(spec, shared.onEof === undefined ? {} : { onEof: shared.onEof });
    case 'systemd':
      return new ActivatedTransport(spec, shared.connections, shared.activation ?? NO_ACTIVATION);
  }
}
