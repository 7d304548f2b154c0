/** Master key and salt of one direction, and the length of the tags that authenticate its packets. */
export interface SrtpKey {
  readonly master: Buffer;
  readonly salt: Buffer;
  readonly tagLength: number;
}

/** A key that cannot be used; the message is that of the C tools. */
export class SrtpKeyError extends Error {}

const SUITES: Readonly<Record<string, number>> = { AES_CM_128_HMAC_SHA1_80: 10, AES_CM_128_HMAC_SHA1_32: 4 };
const MASTER = 16;
/** 30 octets as base64: no padding is needed. */
const KEY_TEXT = 40;

/**
 * Reads `SUITE:KEY`, as the `a=crypto` line of an SDP has it (RFC 4568): the key is master key and salt in base64.
 *
 * @throws SrtpKeyError
 */
export function parseSrtpKey(text: string): SrtpKey {
  const colon = text.indexOf(':');
  if (colon < 0) {
    throw new SrtpKeyError(`invalid crypto argument must be in the format "<suite>:<base64_key>": ${text}`);
  }
  const suite = text.slice(0, colon);
  const tagLength = SUITES[suite.toUpperCase()];
  if (tagLength === undefined) throw new SrtpKeyError(`unknown or unsupported crypto suite: ${suite}`);
  const key = text.slice(colon + 1);
  const length = Buffer.byteLength(key);
  if (length !== KEY_TEXT) {
    throw new SrtpKeyError(`invalid length of base64 key encoding, expected ${KEY_TEXT}, supplied ${length}`);
  }
  if (!/^[A-Za-z0-9+/]*$/.test(key)) throw new SrtpKeyError('error: padding in base64 unexpected');
  const octets = Buffer.from(key, 'base64');
  return { master: octets.subarray(0, MASTER), salt: octets.subarray(MASTER), tagLength };
}
