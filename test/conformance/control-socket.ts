import { join } from 'node:path';
import { freePorts } from './ports.ts';
import type { Transport } from './scenario.ts';

/** Where a control socket of the daemon is, and its `-s` argument. */
export type ControlSocket = { readonly spec: string } & (
  | { readonly kind: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix' | 'cunix'; readonly path: string }
  | { readonly kind: 'stdio' }
);

/** Chooses a free address for a control socket; `name` is that of its file, if it has one. */
export async function chooseControlSocket(
  transport: Transport,
  directory: string,
  name: string,
): Promise<ControlSocket> {
  switch (transport) {
    case 'udp':
    case 'udp6':
    case 'tcp':
    case 'tcp6': {
      const host = transport.endsWith('6') ? '::1' : '127.0.0.1';
      const port = await freePorts(1);
      return { spec: `${transport}:${host}:${port}`, kind: transport.startsWith('udp') ? 'udp' : 'tcp', host, port };
    }
    case 'unix':
    case 'cunix': {
      const path = join(directory, `${name}.sock`);
      return { spec: `${transport}:${path}`, kind: transport, path };
    }
    case 'stdio':
    case 'stdioc':
      return { spec: `${transport}:`, kind: 'stdio' };
  }
}
