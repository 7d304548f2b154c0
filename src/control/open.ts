import { ActivatedTransport, type Activation } from './activated.ts';
import type { Connections } from './connections.ts';
import type { SocketAccess } from './socket-access.ts';
import type { ControlSpec } from './spec.ts';
import { StdioTransport } from './stdio.ts';
import { TcpTransport } from './tcp.ts';
import type { Transport } from './transport.ts';
import { type DatagramSockets, UdpTransport } from './udp.ts';
import { UnixTransport } from './unix.ts';

/** What the control sockets of one daemon have in common. */
export interface SharedControl {
  readonly datagrams: DatagramSockets;
  readonly connections: Connections;
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
      return new UdpTransport(spec, shared.datagrams);
    case 'tcp':
      return new TcpTransport(spec, shared.connections);
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
