/** A UDP socket by its numeric address. */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** A local address that the outside knows by another one; both numeric. */
export interface AddressAlias {
  readonly advertised: string;
  readonly local: string;
}

/** Addresses that begin with the same bits, and a range of their ports (`PeerBlock` in `native/access/policy.h`). */
export interface AddressBlock {
  /** Numeric; '' stands for every address. */
  readonly host: string;
  /** So many bits of the address count. */
  readonly prefix: number;
  readonly firstPort: number;
  readonly lastPort: number;
}

/** Who may be the peer of a call (`AccessRules` in `native/access/policy.h`). */
export interface AccessRules {
  /** UDP control sockets of this process, as they are bound. */
  readonly control: readonly SocketAddress[];
  readonly aliases: readonly AddressAlias[];
  /** Exceptions from what is denied, control sockets apart. */
  readonly allow: readonly AddressBlock[];
  readonly deny: readonly AddressBlock[];
}
