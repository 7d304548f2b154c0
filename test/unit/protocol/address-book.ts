import { isWildcard } from '../../../src/protocol/address.ts';
import type { Family, LocalAddress, LocalAddressBook } from '../../../src/protocol/local-address.ts';
import type { ParseContext } from '../../../src/protocol/media-arguments.ts';

export function localAddress(host: string, rest: Partial<LocalAddress> = {}): LocalAddress {
  const family = host.includes(':') ? 6 : 4;
  return { host, family, label: undefined, advertised: undefined, wildcard: isWildcard(host), ...rest };
}

/** A list of local addresses as protocol.md 6.3 describes it; the kernel is taken to route within 127/8 and to ::1 only. */
export class TestAddressBook implements LocalAddressBook {
  readonly default: LocalAddress;
  readonly external: LocalAddress | undefined;
  readonly #list: LocalAddress[];

  constructor(list: readonly [LocalAddress, ...LocalAddress[]], bridge = false) {
    this.#list = [...list];
    this.default = list[0];
    this.external = bridge ? list[1] : undefined;
  }

  byLabel(label: string): LocalAddress | undefined {
    return this.#list.findLast((entry) => entry.label === label);
  }

  byHost(host: string, family: Family): LocalAddress {
    const known = this.#list.findLast((entry) => entry.host === host && entry.family === family);
    if (known !== undefined) return known;
    const added = localAddress(host);
    this.#list.push(added);
    return added;
  }

  towards(host: string, family: Family): LocalAddress | undefined {
    if (family === 4 && host.startsWith('127.')) return this.byHost('127.0.0.1', 4);
    return host === '::1' ? this.byHost(host, 6) : undefined;
  }

  newest(family: Family): LocalAddress | undefined {
    return this.#list.findLast((entry) => entry.family === family);
  }
}

export const V4 = localAddress('127.0.0.1');
export const V6 = localAddress('::1');

/** Context of a daemon with these local addresses, which knows the one service `sip`. */
export function parseContext(addresses: LocalAddressBook = new TestAddressBook([V4])): ParseContext {
  return {
    addresses,
    servicePort: (name) => (name === 'sip' ? 5060 : undefined),
    reachesControlSocket: (host, port) => host === '127.0.0.1' && port === 22222,
  };
}
