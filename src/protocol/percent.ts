const HEX_PAIR = /^[0-9a-fA-F]{2}$/;

/**
 * Decodes a notify tag (protocol.md 8.10): `%XX` is one byte, NUL included, and `+` a space. Undefined when a `%` is not
 * followed by two hexadecimal digits (E10).
 */
export function decodeNotifyTag(text: string): string | undefined {
  const [head = '', ...encoded] = text.replaceAll('+', ' ').split('%');
  let decoded = head;
  for (const piece of encoded) {
    const pair = piece.slice(0, 2);
    if (!HEX_PAIR.test(pair)) return undefined;
    decoded += String.fromCharCode(Number.parseInt(pair, 16)) + piece.slice(2);
  }
  return decoded;
}
