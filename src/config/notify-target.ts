import { ConfigError } from './config-error.ts';

/** A place where time-out notifications may go (`-n`, cli.md 2.3), as the command line names it. */
export type NotifyTarget =
  | { readonly kind: 'unix'; readonly text: string; readonly path: string }
  | { readonly kind: 'tcp'; readonly text: string; readonly host: string; readonly port: number }
  /** `tcp:%%CC_SELF%%:PORT`: the IPv4 address that the command came from. */
  | { readonly kind: 'wildcard'; readonly text: string; readonly port: number };

const MAX_TARGETS = 64;
const MAX_WILDCARDS = 2;

/** Every message about `-n` but one begins like this. */
export const NOTIFY_COMPLAINT = 'error adding timeout notification: ';

/**
 * Reads one `-n` argument; host names are not resolved here.
 * @throws ConfigError
 */
export function parseNotifyTarget(text: string): NotifyTarget {
  if (text === '') throw new ConfigError('timeout notification socket name too short');
  if (text.startsWith('tcp:')) return parseTcp(text);
  const path = text.startsWith('unix:') ? text.slice('unix:'.length) : text;
  if (path === '') throw new ConfigError(`${NOTIFY_COMPLAINT}Timeout notification socket name too short`);
  return { kind: 'unix', text, path };
}

function parseTcp(text: string): NotifyTarget {
  const address = text.slice('tcp:'.length);
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, Math.max(colon, 0));
  const digits = address.slice(colon + 1);
  if (host === '' || digits === '') {
    throw new ConfigError(`${NOTIFY_COMPLAINT}Can't parse host:port: invalid address`);
  }
  const port = /^\d+$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65535) throw new ConfigError(`${NOTIFY_COMPLAINT}Can't parse host:port: invalid port`);
  return host === '%%CC_SELF%%' ? { kind: 'wildcard', text, port } : { kind: 'tcp', text, host, port };
}

/**
 * Adds a target to those of the earlier `-n` options, within the limits of cli.md 2.3.
 * @throws ConfigError
 */
export function addNotifyTarget(targets: NotifyTarget[], target: NotifyTarget): void {
  const wild = target.kind === 'wildcard';
  const alike = targets.filter((other) => (other.kind === 'wildcard') === wild).length;
  if (wild && alike >= MAX_WILDCARDS) {
    throw new ConfigError(`${NOTIFY_COMPLAINT}Number of notify wildcards exceeds RTPP_TNOTIFY_WILDCARDS_MAX`);
  }
  if (!wild && alike >= MAX_TARGETS) {
    throw new ConfigError(`${NOTIFY_COMPLAINT}Number of notify targets exceeds RTPP_TNOTIFY_TARGETS_MAX`);
  }
  targets.push(target);
}
