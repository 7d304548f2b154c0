import { isIP } from 'node:net';
import { MAX_COMMAND_BYTES } from './transport.ts';

/**
 * Checks one argument of a command, which the protocol cannot quote: one or more Latin-1 characters other than blanks,
 * line ends and NUL, and not `&&` (protocol.md 3).
 *
 * @throws TypeError
 */
export function token(name: string, value: string): string {
  if (!/^[^\0\t\n\r \u0100-\uffff]+$/.test(value) || value === '&&') {
    throw new TypeError(`${name} cannot be sent: ${JSON.stringify(value)}`);
  }
  return value;
}

/** Checks that a number is an integer within limits. @throws RangeError */
export function integer(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, not ${value}`);
  }
  return value;
}

/** Checks a numeric IP address. @throws TypeError */
export function address(name: string, value: string): { readonly text: string; readonly family: 4 | 6 } {
  const version = isIP(value);
  if (version === 0 || value.includes('%'))
    throw new TypeError(`${name} must be an IP address, not ${JSON.stringify(value)}`);
  return { text: value, family: version === 6 ? 6 : 4 };
}

/** Percent-encodes a notify tag, of which one character is one byte. @throws TypeError */
export function notifyTag(value: string): string {
  const encoded = value.replace(/[^A-Za-z0-9._~:@=-]/g, (character) => {
    const byte = character.charCodeAt(0);
    return byte > 0xff ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return token('the notify tag', encoded);
}

/**
 * Checks a whole command that a caller wrote: one line of Latin-1 text without NUL that every control socket takes.
 *
 * @throws TypeError, RangeError
 */
export function wholeCommand(text: string): string {
  const command = text.replace(/[\t\n\r ]+$/, '');
  if (/[\0\n\r\u0100-\uffff]/.test(command)) throw new TypeError(`not one line of Latin-1: ${JSON.stringify(text)}`);
  if (command.length > MAX_COMMAND_BYTES) throw new RangeError(`a command has at most ${MAX_COMMAND_BYTES} bytes`);
  return command;
}
