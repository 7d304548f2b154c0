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

/** Why nothing goes to an address or is taken from it, by the numbers of `Denial` in `native/access/policy.h`. */
export const DENIALS = {
  none: 0,
  control: 1,
  ownPort: 2,
  listed: 3,
  multicast: 4,
  broadcast: 5,
  wellKnown: 6,
} as const;

const REASONS: Readonly<Record<number, string>> = {
  [DENIALS.control]: 'that is a control socket of this daemon',
  [DENIALS.ownPort]: 'that is a port of the session itself',
  [DENIALS.listed]: 'the configuration denies it',
  [DENIALS.multicast]: 'that is a multicast address',
  [DENIALS.broadcast]: 'that is a broadcast address',
  [DENIALS.wellKnown]: 'that is a port below 1024 of this host',
};

/** What was to be done, by the numbers of `Way` in `native/engine/events.h`. */
const WAYS: Readonly<Record<number, string>> = {
  0: 'nothing is sent to',
  1: 'nothing is taken from',
  2: 'nothing is copied to',
};

/** Why an address is denied. */
export function deniedBecause(denial: number): string {
  return REASONS[denial] ?? `reason ${denial}`;
}

/** What does not happen because of it. */
export function deniedWay(way: number): string {
  return WAYS[way] ?? `way ${way}`;
}
