import type { LocalAddress } from './local-address.ts';

/** Reply of a command that has nothing to tell. */
export const OK_REPLY = '0\n';

/** Result of one executed sub-command: a text, `undefined` for a silent success, or `SUB_COMMAND_FAILED`, always the last. */
export type SubResult = string | undefined;

/** Result of a sub-command that failed. */
export const SUB_COMMAND_FAILED = '-1';

const SEPARATOR = ' && ';
const SILENT_SUCCESS = '0';

/** Reply that refuses a command: `E<code>`. */
export function errorReply(code: number): string {
  return `E${code}\n`;
}

/** `PORT[ ADDR[ 6]]` of a leg's port, without LF (protocol.md 6.1). */
export function portResult(port: number, local: LocalAddress): string {
  if (local.wildcard) return `${port}`;
  return addressedPort(port, local.advertised ?? local.host) + (local.family === 6 ? ' 6' : '');
}

/** `PORT ADDR`, without LF: the result of `Cp`, which always tells the address (protocol.md 8.6). */
export function addressedPort(port: number, host: string): string {
  return `${port} ${host}`;
}

/**
 * The whole reply: result of the main command, then those of its sub-commands. Silent successes are written only if a text
 * or a failure follows them (protocol.md 7).
 */
export function chainReply(main: string, results: readonly SubResult[] = []): string {
  let reply = main;
  let silent = '';
  for (const result of results) {
    if (result === undefined) {
      silent += SEPARATOR + SILENT_SUCCESS;
    } else {
      reply += silent + SEPARATOR + result;
      silent = '';
    }
  }
  return `${reply}\n`;
}
