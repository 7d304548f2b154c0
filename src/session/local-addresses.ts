import { isWildcard } from '../protocol/address.ts';
import type { Placement } from '../protocol/command.ts';
import type { Family, LocalAddress, LocalName, Placing } from '../protocol/local-address.ts';

/** Asks the kernel for the source address towards a numeric address; undefined without a route. */
export type RouteLookup = (host: string) => string | undefined;

/** A host has few addresses that media can use; what a controller names beyond so many is most likely none of them. */
const MAX_NAMED = 256;

/**
 * The daemon's local addresses: those of the command line, then every address that a command named with `l` or `r`, in
 * order of first use, the last MAX_NAMED of them. Look-ups walk from the newest entry to the oldest (protocol.md 6.3). Who
 * has an address keeps it, whether it is in the list or not.
 */
export class LocalAddresses {
  /** There are an internal and an external address. */
  readonly bridge: boolean;
  readonly #default: LocalAddress;
  readonly #external: LocalAddress | undefined;
  /** Those of the command line come first. */
  readonly #entries: LocalAddress[];
  readonly #configured: number;
  readonly #route: RouteLookup;

  /** In bridge mode the first address is internal and the second external. Throws RangeError for an empty list. */
  constructor(configured: readonly LocalAddress[], bridge: boolean, route: RouteLookup) {
    const [first] = configured;
    if (first === undefined) throw new RangeError('at least one local address is needed');
    this.#default = first;
    this.#external = bridge ? configured[1] : undefined;
    this.bridge = this.#external !== undefined;
    this.#entries = [...configured];
    this.#configured = configured.length;
    this.#route = route;
  }

  /** The newest address of that name; a host that is not in the list is added. Undefined: an unknown label, or no route. */
  find(name: LocalName): LocalAddress | undefined {
    switch (name.by) {
      case 'label':
        return this.#entries.findLast((entry) => entry.label === name.label);
      case 'host':
        return this.#byHost(name.host, name.family);
      case 'route':
        return this.towards(name.host, name.family);
    }
  }

  /** The address that the kernel would use as source towards `host`; undefined without a route. */
  towards(host: string, family: Family): LocalAddress | undefined {
    const source = this.#route(host);
    return source === undefined ? undefined : this.#byHost(source, family);
  }

  /**
   * Applies steps 4 to 6 of protocol.md 6.3; `named` is the address of the placing's name. Undefined when there is no local
   * address of the family.
   */
  place({ sides, newPort, family }: Placing, named: LocalAddress | undefined): Placement | undefined {
    if (named !== undefined) return { local: [named, named], moveTo: named };
    const internal = this.#default;
    const [leg1, leg0] = sides.map((side) => (side === 'external' ? (this.#external ?? internal) : internal));
    if (leg1 !== undefined) return { local: [leg0 ?? internal, leg1], moveTo: newPort ? leg0 : undefined };
    if (family === internal.family) return { local: [internal, internal], moveTo: undefined };
    const newest = this.#entries.findLast((entry) => entry.family === family);
    return newest && { local: [newest, newest], moveTo: newest };
  }

  #byHost(host: string, family: Family): LocalAddress {
    const known = this.#entries.findLast((entry) => entry.host === host && entry.family === family);
    if (known !== undefined) return known;
    const wildcard = isWildcard(host);
    const added: LocalAddress = Object.freeze({ host, family, label: undefined, advertised: undefined, wildcard });
    this.#entries.push(added);
    if (this.#entries.length > this.#configured + MAX_NAMED) this.#entries.splice(this.#configured, 1);
    return added;
  }
}
