import { decimalToInt32 } from '../protocol/decimal.ts';

/** Where C sends copies to: RTP to `port`, RTCP to the port behind it. */
export interface CopyTarget {
  /** Numeric, or a name. */
  readonly host: string;
  readonly port: number;
}

const PREFIX = 'udp:';

/** The target of C is an address, not a file. */
export function isRemoteTarget(target: string): boolean {
  return target.startsWith(PREFIX);
}

/**
 * Reads `udp:HOST:PORT` (media.md 6.6); undefined when it is wrong. The port stands behind the last colon, so IPv6
 * addresses are written without brackets, as in `-s udp6:`. Without RTCP any number is a port, modulo 65536, as in the C
 * daemon.
 */
export function parseCopyTarget(target: string, rtcp: boolean): CopyTarget | undefined {
  const text = target.slice(PREFIX.length);
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, colon));
  if (host === '' || /[[\]]/.test(host)) return undefined;
  const port = decimalToInt32(text.slice(colon + 1));
  if (port === undefined || port < 0) return undefined;
  if (rtcp && (port < 1 || port > 65534)) return undefined;
  return { host, port: port & 0xffff };
}
