import type { TestScope } from '../../helpers/cleanup.ts';
import { type OpenSips, type OpenSipsOptions, openSipsProgram, startOpenSips } from '../../helpers/opensips.ts';
import { HOST, type Relay, startRelay } from './relay.ts';

/** For `test`: why tests with OpenSIPS are left out, if they are. */
export const WITH_OPENSIPS = {
  skip: openSipsProgram() === undefined && 'no opensips on the PATH, and OPENSIPS does not name one',
};

export interface OpenSipsRelay {
  readonly relay: Relay;
  readonly proxy: OpenSips;
}

/** A daemon that logs its commands, and an OpenSIPS that does with it what the headers of messages say. */
export async function startOpenSipsRelay(
  scope: TestScope,
  args: readonly string[] = [],
  options: OpenSipsOptions = {},
): Promise<OpenSipsRelay> {
  const relay = await startRelay(scope, ['-l', HOST, ...args], { logLevel: 'dbug' });
  return { relay, proxy: await startOpenSips(scope, `udp:${HOST}:${relay.controlAt.port}`, options) };
}
