/** IP address family of a leg or a peer. */
export type Family = 4 | 6;

/** One local address that media ports can be bound to (`-l`, `-6`, or named by an `l`/`r` modifier). */
export interface LocalAddress {
  /** Numeric address to bind, `0.0.0.0` or `::` for any. */
  readonly host: string;
  readonly family: Family;
  readonly label: string | undefined;
  /** Text that replaces the address in replies (`=advertised` or `-A`); never checked. */
  readonly advertised: string | undefined;
  /** True for `0.0.0.0` and `::`: replies then carry the port alone. */
  readonly wildcard: boolean;
}

/**
 * The daemon's local addresses as the parser of U and L sees them (protocol.md 6.3). The parser asks while it walks the
 * modifiers from left to right, because the first bad modifier decides the error.
 */
export interface LocalAddressBook {
  /** The first `-l`/`-6` address. */
  readonly default: LocalAddress;
  /** The second address of bridge mode; undefined when bridge mode is off. */
  readonly external: LocalAddress | undefined;
  /** The address with that label (case-sensitive). */
  byLabel(label: string): LocalAddress | undefined;
  /** The newest entry with that host, or a new one; `host` is a valid numeric address of that family. */
  byHost(host: string, family: Family): LocalAddress;
  /** The address that the kernel would use as source towards `host`; undefined without a route. */
  towards(host: string, family: Family): LocalAddress | undefined;
  /** The newest entry of a family. */
  newest(family: Family): LocalAddress | undefined;
}
