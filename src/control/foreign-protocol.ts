const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S.* HTTP\/\d/;
/** Record type "handshake" and the major version (RFC 8446, section 5.1). */
const HANDSHAKE = 22;
const TLS = 3;

/**
 * What a connection speaks whose first line that is, undefined for all that a controller may say. Web pages can have a
 * browser connect to any address that it reaches, with control commands in the body of an HTTP request (RFC 9112, section 3,
 * whatever its method) or in the session ticket of a TLS handshake.
 */
export function foreignProtocol(first: Uint8Array): string | undefined {
  if (first[0] === HANDSHAKE && first[1] === TLS) return 'a TLS handshake';
  // All of the line: a page makes the target of its request as long as it likes.
  return REQUEST_LINE.test(Buffer.from(first).toString('latin1')) ? 'an HTTP request' : undefined;
}
