import type { ErrorName } from './errors.ts';
import type { LocalName, Placing } from './local-address.ts';

/**
 * What a command takes for granted, and only the daemon knows. The parser lists these in the order in which it met them, up to
 * the end or its own first error: the first that does not hold decides the error of the command (protocol.md 6.2).
 */
export type Lookup =
  /** There is such a local address. */
  | { readonly kind: 'local'; readonly name: LocalName; readonly refusal: ErrorName }
  /** The legs can be placed so. */
  | { readonly kind: 'place'; readonly placing: Placing; readonly refusal: ErrorName }
  /** No control socket of the daemon is there, nor at the RTCP port behind. */
  | { readonly kind: 'peer'; readonly host: string; readonly port: number };
