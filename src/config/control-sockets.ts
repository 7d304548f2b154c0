import { BlockList, isIP, isIPv6 } from 'node:net';
import type { AddressBlock } from '../addon/access.ts';
import { ControlSocketError } from '../control/errors.ts';
import { type ControlSpec, parseControlSpec } from '../control/spec.ts';
import { parseBlocks } from './block-list.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

/**
 * The `-s` arguments.
 * @throws ConfigError for one that is no control socket
 */
export function controlSpecs({ controls, resolve }: Pick<Config, 'controls' | 'resolve'>): ControlSpec[] {
  try {
    return controls.map((text) => parseControlSpec(text, { noResolve: !resolve }));
  } catch (error) {
    throw controlFailure(error, controls);
  }
}

/** What the operator is told about a control socket that cannot be had, in the words of the C daemon; any other error as it is. */
export function controlFailure(error: unknown, controls: readonly string[]): unknown {
  if (!(error instanceof ControlSocketError)) return error;
  const last = `can't initialize control socket${controls.length > 1 ? 's' : ''}: ${error.reason}`;
  return new ConfigError([...error.lines, last].join('\nrtpproxy: '));
}

/** Whether an address is in one of the blocks; without blocks every one is. Ports do not count, and no address is in no block. */
export function allowedBy(blocks: readonly AddressBlock[]): (host: string) => boolean {
  if (blocks.length === 0 || blocks.some(({ host }) => host === '')) return () => true;
  // One for each family: an IPv6 block is none of IPv4 addresses, as for datagrams, whatever `BlockList` makes of mapped ones.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const { host, prefix } of blocks) lists[familyOf(host)].addSubnet(host, prefix, familyOf(host));
  return (host) => isIP(host) !== 0 && lists[familyOf(host)].check(host, familyOf(host));
}

function familyOf(host: string): 'ipv4' | 'ipv6' {
  return isIPv6(host) ? 'ipv6' : 'ipv4';
}

/** A line for the operator when others than processes of this host can send commands to a socket; else undefined. */
export function exposure(spec: ControlSpec, blocks: readonly AddressBlock[]): string | undefined {
  if (spec.kind !== 'udp' && spec.kind !== 'tcp') return undefined;
  if (blocks.length > 0 || spec.host === 'localhost' || spec.host === '::1' || spec.host.startsWith('127.')) {
    return undefined;
  }
  return (
    `${spec.text}: whoever reaches this control socket controls the daemon; limit it with --control-allow or a firewall, ` +
    'or use a unix socket'
  );
}

/**
 * The lines about all control sockets of a configuration.
 * @throws ConfigError for a `-s` that is no control socket
 */
export function exposures(config: Pick<Config, 'controls' | 'resolve' | 'controlAllow'>): string[] {
  const blocks = parseBlocks(config.controlAllow);
  return controlSpecs(config).flatMap((spec) => exposure(spec, blocks) ?? []);
}
