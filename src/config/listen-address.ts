import { isIP } from 'node:net';
import { isWildcard } from '../protocol/address.ts';
import type { Family, LocalAddress } from '../protocol/local-address.ts';
import type { AdvertisedPair, ConfigDraft } from './config-draft.ts';
import { ConfigError } from './config-error.ts';
import { HostError, type HostResolver } from './resolve-host.ts';

/** The addresses that media ports may be bound to. */
export interface ListenAddresses {
  /** In bridge mode the first is the internal and the second the external one; otherwise the first is the default. */
  readonly addresses: readonly LocalAddress[];
  readonly bridge: boolean;
}

/** One `-l` or `-6` argument, taken apart; `host` may still have an external part (`A/B`). */
interface ListenSpec {
  readonly family: Family;
  readonly label: string | undefined;
  readonly host: string;
  readonly advertised: string | undefined;
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*\\.?$`, 'i');
/** What ends in a number is an IPv4 address or nothing. */
const NUMERIC_END = /(?:^|\.)\d+\.?$/;
const ANY: Readonly<Record<Family, string>> = { 4: '0.0.0.0', 6: '::' };

/**
 * Applies the rules of cli.md 3 to all `-l`, `-6` and `-A` arguments. Unlike in the C daemon, `-A` also counts without
 * bridge mode: it is the advertised text of the default address, unless that has one of its own.
 *
 * @throws ConfigError
 */
export async function listenAddresses(
  listen: ConfigDraft['listen'],
  advertised: AdvertisedPair | undefined,
  resolve: HostResolver,
): Promise<ListenAddresses> {
  const given = listen.length > 0 ? listen : [{ text: '*', family: 4 } as const];
  const specs = given.map(({ text, family }) => parseSpec(text, family));
  const heads = specs.filter((spec, index) => specs.findIndex((other) => other.family === spec.family) === index);
  const bridge = heads.some(hasExternal);
  const addresses: LocalAddress[] = [];
  if (bridge) {
    const pair = bridgePair(heads, advertised);
    const texts = [advertised?.first, advertised?.second];
    for (const [index, spec] of pair.entries()) {
      if (spec.label !== undefined) throw new ConfigError('bridging address(es) cannot have a label');
      if (spec.advertised !== undefined) {
        throw new ConfigError('bridging address(es) cannot have an advertizedaddress, use matching -A argument');
      }
      addresses.push(await localAddress({ ...spec, advertised: texts[index] }, resolve));
    }
  }
  for (const spec of bridge ? specs.filter((other) => !heads.includes(other)) : specs) {
    const first = addresses.length === 0;
    if (!first && spec.label === undefined) throw new ConfigError('address label is missing');
    if (hasExternal(spec)) {
      throw new ConfigError(`only the first IPv${spec.family} listening address can have external part`);
    }
    const own = first ? { ...spec, advertised: spec.advertised ?? advertised?.first } : spec;
    const address = await localAddress(own, resolve);
    if (address.label !== undefined && addresses.some((other) => other.label === address.label)) {
      throw new ConfigError(`host2bindaddr(${spec.host}): duplicate label`);
    }
    addresses.push(address);
  }
  return { addresses, bridge };
}

/** `[label@]host[/host2][=advertised]`: `@` is looked for first, then `=`. */
function parseSpec(text: string, family: Family): ListenSpec {
  const at = text.indexOf('@');
  const rest = text.slice(at + 1);
  const equals = rest.indexOf('=');
  const advertised = equals < 0 ? undefined : rest.slice(equals + 1);
  if (advertised !== undefined && advertised !== '') checkAdvertised(advertised, 'advertised address');
  return {
    family,
    label: at < 0 ? undefined : text.slice(0, at),
    host: equals < 0 ? rest : rest.slice(0, equals),
    advertised,
  };
}

function hasExternal(spec: ListenSpec): boolean {
  return spec.host.includes('/');
}

/**
 * The internal and the external address: `heads` are the first `-l` and the first `-6`, of which at least one has a `/`.
 * `-l /X -6 Y` puts both parts together from two options.
 */
function bridgePair(heads: readonly ListenSpec[], advertised: AdvertisedPair | undefined): [ListenSpec, ListenSpec] {
  const [externalHead, another] = heads.filter(hasExternal);
  if (another !== undefined) throw new ConfigError(oneFamilyOnly('external'));
  const internals = heads.filter((spec) => !spec.host.startsWith('/'));
  if (internals.length > 1) throw new ConfigError(oneFamilyOnly('internal'));
  const [internal] = internals;
  if (internal === undefined || externalHead === undefined) {
    throw new ConfigError('incomplete configuration of the bridging mode - exactly 2 listen addresses required');
  }
  if (advertised !== undefined && advertised.second === undefined) {
    throw new ConfigError(
      'two advertised addresses are required for internal and external interfaces in bridging mode',
    );
  }
  const slash = externalHead.host.indexOf('/');
  return [
    { ...internal, host: internal === externalHead ? internal.host.slice(0, slash) : internal.host },
    { ...externalHead, host: externalHead.host.slice(slash + 1) },
  ];
}

function oneFamilyOnly(side: 'external' | 'internal'): string {
  return `either IPv4 or IPv6 should be configured for ${side} interface in bridging mode, not both`;
}

async function localAddress(spec: ListenSpec, resolve: HostResolver): Promise<LocalAddress> {
  const { family, label } = spec;
  let host: string;
  try {
    host = spec.host === '*' ? ANY[family] : await resolve(spec.host, family);
  } catch (error) {
    throw error instanceof HostError ? new ConfigError(`host2bindaddr(${spec.host}): ${error.message}`) : error;
  }
  // An empty advertised text would produce a reply without an address.
  const advertised = spec.advertised === '' ? undefined : spec.advertised;
  return Object.freeze({ host, family, label, advertised, wildcard: isWildcard(host) });
}

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
