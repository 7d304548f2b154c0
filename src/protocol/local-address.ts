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

/** How a command names a local address (`l`, `r`). */
export type LocalName =
  | { readonly by: 'label'; readonly label: string }
  /** Numeric and valid. */
  | { readonly by: 'host'; readonly host: string; readonly family: Family }
  /** That from which the kernel would send to a host. */
  | { readonly by: 'route'; readonly host: string; readonly family: Family };

/** Sides of a bridge (`i`, `e`). */
export type Side = 'internal' | 'external';

/** What a command says of where the legs of its session are to be (protocol.md 6.3). */
export interface Placing {
  /** The last `l` or `r`. */
  readonly named: LocalName | undefined;
  /** The `e` and `i`, in their order: leg 1 comes first. */
  readonly sides: readonly Side[];
  readonly newPort: boolean;
  /** Of the peer's address. */
  readonly family: Family;
}
