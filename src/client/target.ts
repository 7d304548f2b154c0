import { isIP } from 'node:net';
import { DEFAULT_PORT, parseSocketName } from '../protocol/socket-name.ts';

/** Where a daemon listens for commands. */
export type Target =
  | {
      readonly kind: 'udp' | 'tcp';
      readonly text: string;
      readonly family: 4 | 6;
      readonly host: string;
      readonly port: number;
    }
  | { readonly kind: 'unix' | 'cunix'; readonly text: string; readonly path: string };

/**
 * Reads a control socket as the daemon's `-s` names it (protocol.md 2); a text without a known prefix is the path of a
 * `unix:` socket. `*` and the any-address stand for this machine.
 *
 * @throws TypeError for what no client can reach: `stdio:`, `systemd:`, a bad host or port, an empty path
 */
export function parseTarget(text: string): Target {
  const { kind, family, rest } = parseSocketName(text);
  switch (kind) {
    case 'udp':
    case 'tcp':
      return hostTarget(kind, text, family, rest);
    case 'unix':
    case 'cunix':
      return pathTarget(kind, text, rest);
    default:
      throw new TypeError(`no client can connect to ${text}`);
  }
}

function hostTarget(kind: 'udp' | 'tcp', text: string, family: 4 | 6, rest: string): Target {
  const colon = rest.lastIndexOf(':');
  const given = colon === -1 ? rest : rest.slice(0, colon);
  const portText = colon === -1 ? '' : rest.slice(colon + 1);
  const port = portText === '' ? DEFAULT_PORT : /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  const host = given === '*' || given === '0.0.0.0' || given === '::' ? (family === 4 ? '127.0.0.1' : '::1') : given;
  const version = isIP(host);
  const usable = version === 0 ? /^[^\s:/%[\]]+$/.test(host) : version === family;
  if (!usable || port < 1 || port > 65535) throw new TypeError(`not a host and port: ${text}`);
  return { kind, text, family, host, port };
}

function pathTarget(kind: 'unix' | 'cunix', text: string, path: string): Target {
  if (path === '' || path.includes('\0')) throw new TypeError(`not the path of a socket: ${JSON.stringify(text)}`);
  return { kind, text, path };
}
