import type { TestScope } from '../../helpers/cleanup.ts';
import { type Kamailio, type KamailioOptions, startKamailio } from '../../helpers/kamailio.ts';
import { HOST, type Relay, startRelay } from './relay.ts';

export interface KamailioRelay {
  readonly relay: Relay;
  readonly proxy: Kamailio;
}

/** A daemon that logs its commands, and a Kamailio that does with it what the headers of messages say. */
export async function startKamailioRelay(
  scope: TestScope,
  args: readonly string[] = ['-l', HOST],
  options: Omit<KamailioOptions, 'configuration'> = {},
): Promise<KamailioRelay> {
  const relay = await startRelay(scope, args, { logLevel: 'dbug' });
  const socket = `udp:${HOST}:${relay.controlAt.port}`;
  return { relay, proxy: await startKamailio(scope, socket, { configuration: 'kamailio-controls.cfg', ...options }) };
}
