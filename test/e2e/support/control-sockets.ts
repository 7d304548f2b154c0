import { join } from 'node:path';
import type { TestScope } from '../../helpers/cleanup.ts';
import type { DaemonOptions } from '../../helpers/daemon.ts';
import { freeTcpPort } from '../../helpers/tcp-port.ts';
import { HOST, type Relay, startRelay } from './relay.ts';
import type { Endpoint } from './udp-peer.ts';

export const STREAM_KINDS = ['unix', 'cunix', 'tcp'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

interface UnixPath {
  readonly path: string;
}

/** A daemon with a control socket of every kind. */
export interface OpenRelay extends Relay {
  readonly streams: { readonly unix: UnixPath; readonly cunix: UnixPath; readonly tcp: Endpoint };
}

export async function startOpenRelay(
  scope: TestScope,
  args: readonly string[] = ['-l', HOST],
  options: DaemonOptions = {},
): Promise<OpenRelay> {
  const port = await freeTcpPort(HOST);
  const sockets = ['unix:one', 'cunix:lines', `tcp:${HOST}:${port}`].flatMap((spec) => ['-s', spec]);
  const relay = await startRelay(scope, [...sockets, ...args], options);
  const { directory } = relay.daemon;
  const streams = {
    unix: { path: join(directory, 'one') },
    cunix: { path: join(directory, 'lines') },
    tcp: { host: HOST, port },
  };
  return { ...relay, streams };
}
