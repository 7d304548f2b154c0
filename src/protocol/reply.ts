import type { LocalAddress } from './local-address.ts';

/** Reply of a command that has nothing to tell. */
export const OK_REPLY = '0\n';

/** Result of one executed sub-command: a text, `undefined` for a silent success, or `SUB_COMMAND_FAILED`, always the last. */
export type SubResult = string | undefined;

/** Result of a sub-command that failed. */
export const SUB_COMMAND_FAILED = '-1';

const SUCCESS = ' && 0';
const FAILURE = ` && ${SUB_COMMAND_FAILED}`;
const LF = 1;
/** Bytes kept for the failure and the LF. */
const RESERVED = FAILURE.length + LF;
/** Longest result of one sub-command in bytes (protocol.md 10). */
const MAX_SUB_RESULT = 511;

/** Reply that refuses a command: `E<code>`. */
export function errorReply(code: number): string {
  return `E${code}\n`;
}

/** `PORT[ ADDR[ 6]]` of a leg's port, without LF (protocol.md 6.1). */
export function portResult(port: number, local: LocalAddress): string {
  return local.wildcard ? `${port}` : addressedPort(port, local);
}

/** `PORT ADDR[ 6]`, without LF: the result of `Cp`, which always tells the address (protocol.md 8.6). */
export function addressedPort(port: number, local: LocalAddress): string {
  return `${port} ${local.advertised ?? local.host}${local.family === 6 ? ' 6' : ''}`;
}

/** A real number as the replies of G and Q have it: six decimals. */
export function realText(value: number): string {
  return value.toFixed(6);
}

/**
 * Whether the result of the main command fits a reply of at most `room` bytes, with its LF and, where there are
 * sub-commands, with what tells that one failed.
 */
export function leavesRoom(main: string, hasSubCommands: boolean, room: number): boolean {
  return main.length + (hasSubCommands ? RESERVED : LF) <= room;
}

/** A text as the result of a sub-command; one that is too long for that is a failure. */
export function textResult(text: string): SubResult {
  return text.length <= MAX_SUB_RESULT ? text : SUB_COMMAND_FAILED;
}

/**
 * The whole reply: result of the main command, for which there is room, then those of its sub-commands. Silent successes are
 * written only if a text or a failure follows them (protocol.md 7). Where something does not fit `room` bytes, `-1` stands in
 * its place and ends the reply, although all of them were carried out.
 */
export function chainReply(main: string, results: readonly SubResult[], room: number): string {
  let reply = main;
  let silent = 0;
  for (const result of results) {
    if (result === undefined) {
      silent++;
      continue;
    }
    for (; silent > 0; silent--) {
      if (reply.length + SUCCESS.length > room - RESERVED) return `${reply}${FAILURE}\n`;
      reply += SUCCESS;
    }
    const text = ` && ${result}`;
    // The C daemon wants a byte more for a text than for a success.
    if (reply.length + text.length >= room - RESERVED) return `${reply}${FAILURE}\n`;
    reply += text;
  }
  return `${reply}\n`;
}
