import { isIP } from 'node:net';
import path from 'node:path';
import { ConfigError } from './config-error.ts';

/** Where `--http` listens. */
export type HttpAddress =
  /** A numeric address; port 0 lets the kernel choose. */
  | { readonly kind: 'tcp'; readonly text: string; readonly host: string; readonly port: number }
  /** An absolute path. */
  | { readonly kind: 'unix'; readonly text: string; readonly path: string };

const FORM = '--http takes 127.0.0.1:PORT, [::1]:PORT or unix:PATH';
const TCP = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):([0-9]{1,5})$/i;
/** Size of sun_path, which must also hold the terminating NUL. */
const MAX_PATH = 108;

/**
 * Reads the argument of `--http`; a relative path counts from `directory`. Names are not resolved: a name may come to mean other
 * addresses than the operator thinks.
 * @throws ConfigError
 */
export function parseHttpAddress(text: string, directory: string): HttpAddress {
  if (text.startsWith('unix:')) return unixAddress(text, directory, text.slice('unix:'.length));
  const [, ipv6, ipv4, digits] = TCP.exec(text) ?? [];
  const host = ipv6 ?? ipv4 ?? '';
  const port = Number(digits);
  if (isIP(host) !== (ipv6 === undefined ? 4 : 6) || port > 65535) throw new ConfigError(`${text}: ${FORM}`);
  return { kind: 'tcp', text, host, port };
}

function unixAddress(text: string, directory: string, given: string): HttpAddress {
  if (given === '') throw new ConfigError(`${text}: ${FORM}`);
  const absolute = path.resolve(directory, given);
  if (Buffer.byteLength(absolute) >= MAX_PATH) throw new ConfigError(`socket name is too long: ${absolute}`);
  return { kind: 'unix', text: `unix:${absolute}`, path: absolute };
}
