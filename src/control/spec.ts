import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { DEFAULT_PORT, parseSocketName } from '../protocol/socket-name.ts';
import { ControlSpecError } from './errors.ts';

/** A UDP or TCP control socket. */
export interface HostSpec {
  readonly kind: 'udp' | 'tcp';
  /** The `-s` argument as given. */
  readonly text: string;
  readonly family: 4 | 6;
  /** IP address of that family (`*` has become `0.0.0.0` or `::`), or a name that is still to be resolved. */
  readonly host: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
}

/** A Unix stream socket: `unix` takes one command per connection, `cunix` takes lines. */
export interface PathSpec {
  readonly kind: 'unix' | 'cunix';
  readonly text: string;
  /** Absolute, so that a later change of directory does not matter (cli.md 7). */
  readonly path: string;
}

export interface StdioSpec {
  readonly kind: 'stdio' | 'stdioc';
  readonly text: string;
}

export interface SystemdSpec {
  readonly kind: 'systemd';
  readonly text: string;
}

export type ControlSpec = HostSpec | PathSpec | StdioSpec | SystemdSpec;

export interface SpecOptions {
  /** `--no_resolve`: only numeric hosts are accepted. */
  readonly noResolve?: boolean;
}

/** Size of sun_path, which must also hold the terminating NUL. */
const MAX_PATH = 108;
/** Cheap refusal of texts that no resolver knows, `[::1]` and the `:` of a mis-split IPv6 address among them. */
const HOST_NAME = /^[^\s:/%[\]]+$/;

/**
 * Reads one `-s` argument (protocol.md 2, cli.md 4). An unknown prefix makes the whole text a Unix path.
 * Throws ControlSpecError. Names are not looked up here, see `resolveHost`.
 */
export function parseControlSpec(text: string, options: SpecOptions = {}): ControlSpec {
  const { kind, family, rest } = parseSocketName(text);
  switch (kind) {
    case 'udp':
    case 'tcp':
      return hostSpec(kind, text, family, rest, options);
    case 'unix':
    case 'cunix':
      return pathSpec(kind, text, rest);
    default:
      return { kind, text };
  }
}

/** The error of an unusable host or port. */
function unknownHost(host: string, port: number | string): ControlSpecError {
  const line = `setbindhost: Name or service not known for ${host} ${port}`;
  return new ControlSpecError('ENOTFOUND', line, 'setbindhost failed');
}

/** The IP address to bind to. Rejects with ControlSpecError when the name is unknown. */
export async function resolveHost(spec: HostSpec): Promise<string> {
  if (isIP(spec.host) !== 0) return spec.host;
  try {
    return (await lookup(spec.host, { family: spec.family })).address;
  } catch {
    throw unknownHost(spec.host, spec.port);
  }
}

function hostSpec(kind: 'udp' | 'tcp', text: string, family: 4 | 6, rest: string, options: SpecOptions): HostSpec {
  const colon = rest.lastIndexOf(':');
  const hostText = colon === -1 ? rest : rest.slice(0, colon);
  const portText = (colon === -1 ? '' : rest.slice(colon + 1)) || String(DEFAULT_PORT);
  const port = /^\d+$/.test(portText) ? Number(portText) : -1;
  const host = hostText === '*' ? (family === 4 ? '0.0.0.0' : '::') : hostText;
  const version = isIP(host);
  const usable = version === 0 ? options.noResolve !== true && HOST_NAME.test(host) : version === family;
  if (!usable || port < 0 || port > 65535) throw unknownHost(hostText, portText);
  return { kind, text, family, host, port };
}

function pathSpec(kind: 'unix' | 'cunix', text: string, given: string): PathSpec {
  if (given === '') throw new ControlSpecError('EINVAL', `socket name is empty: ${text}`);
  const path = resolve(given);
  if (Buffer.byteLength(path) >= MAX_PATH) {
    throw new ControlSpecError('ENAMETOOLONG', `socket name is too long: ${path}`);
  }
  return { kind, text, path };
}
