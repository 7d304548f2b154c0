import { isIP } from 'node:net';
import { ConfigError } from './config-error.ts';

const LABEL = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*\\.?$`, 'i');
/** What ends in a number is an IPv4 address or nothing. */
const NUMERIC_END = /(?:^|\.)\d+\.?$/;

/**
 * Refuses what no party could send media to: an advertised address goes into replies and from there into SDP as it stands.
 * Numeric addresses and host names pass, of any length as in the C daemon. `what` begins the complaint.
 * @throws ConfigError
 */
export function checkAdvertised(text: string, what: string): void {
  if (isIP(text) !== 0 && !text.includes('%')) return;
  if (NAME.test(text) && !NUMERIC_END.test(text)) return;
  throw new ConfigError(`${text === '' ? '' : `${text}: `}${what} is invalid`);
}
