import type { TestScope } from '../../helpers/cleanup.ts';
import type { DaemonOptions } from '../../helpers/daemon.ts';
import { freeTcpPort } from '../../helpers/tcp-port.ts';
import { HOST, type Relay, startRelay } from './relay.ts';

/** A daemon that shows its calls over HTTP. */
export interface HttpRelay extends Relay {
  readonly target: { readonly host: string; readonly port: number };
}

export async function startHttpRelay(
  scope: TestScope,
  args: readonly string[] = [],
  options: DaemonOptions = {},
): Promise<HttpRelay> {
  const port = await freeTcpPort(HOST);
  const relay = await startRelay(scope, ['-l', HOST, '--http', `${HOST}:${port}`, ...args], options);
  return { ...relay, target: { host: HOST, port } };
}

/** Sets up so many calls, a few at a time; their parties are at one address and send nothing. */
export async function setUpSilentCalls({ control }: Pick<Relay, 'control'>, count: number): Promise<void> {
  const together = 20;
  for (let first = 0; first < count; first += together) {
    const ids = Array.from({ length: Math.min(together, count - first) }, (_, index) => `silent-${first + index}`);
    await Promise.all(ids.map((id) => control.command(`U ${id} ${HOST} 9 from`)));
    await Promise.all(ids.map((id) => control.command(`L ${id} ${HOST} 9 from to`)));
  }
}
