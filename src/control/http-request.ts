/** Longest part of a line that is looked at. */
const PREFIX = 4096;
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S.* HTTP\/\d/;

/**
 * Whether the line is the first one of an HTTP request (RFC 9112, section 3), whatever its method. Web pages can have a
 * browser send one to any address that it reaches, with control commands as its body.
 */
export function isHttpRequest(line: Uint8Array): boolean {
  return REQUEST_LINE.test(Buffer.from(line.subarray(0, PREFIX)).toString('latin1'));
}
