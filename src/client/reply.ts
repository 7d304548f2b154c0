import { BASIC_VERSION } from '../protocol/capabilities.ts';
import { RtpproxyReplyError } from './errors.ts';

/** A media port of the daemon, as U, L, `&& L` and Cp answer it. */
export interface Leg {
  readonly port: number;
  /** The address to announce for it; undefined when the daemon is bound to the any-address and does not tell one. */
  readonly address: string | undefined;
  /** Of the address; undefined with it. */
  readonly family: 4 | 6 | undefined;
}

/**
 * What became of one sub-command. `done`: it succeeded and has nothing to tell; `leg` and `text`: its result; `failed`: it
 * failed, and those after it are `skipped`. The main command has succeeded in every case. In a reply of nearly 1023 bytes
 * `failed` may also be a result that did not fit, with those after it.
 */
export type SubCommandResult =
  | ({ readonly kind: 'leg' } & Leg)
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'done' | 'failed' | 'skipped' };

/** The figures of `I`. */
export interface Info {
  readonly sessionsCreated: number;
  readonly activeSessions: number;
  readonly activeStreams: number;
  readonly packetsReceived: number;
  readonly packetsTransmitted: number;
  /** Only when it was asked for. */
  readonly averageLoad: number | undefined;
}

const INFO_LINES = 5;

/** Number of lines of the reply to a command whose first line has been received (protocol.md 8.9). */
export function replyLines(command: string, received: string): number {
  const [first = ''] = command.trimStart().split(/\s/, 1);
  if (!/^i/i.test(first) || received.startsWith('E')) return 1;
  return /^.+l/i.test(first) ? INFO_LINES + 1 : INFO_LINES;
}

/** The number of an `E<number>` reply; undefined for any other reply. */
export function errorCode(reply: string): number | undefined {
  const digits = /^E(\d{1,9})$/.exec(reply)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** @throws RtpproxyReplyError unless the reply is `0` */
export function parseDone(reply: string): void {
  if (reply !== '0') throw new RtpproxyReplyError(reply, 'the reply 0');
}

/** Reads the reply of VF. */
export function parseFlag(reply: string): boolean {
  if (reply !== '0' && reply !== '1') throw new RtpproxyReplyError(reply, 'the reply 0 or 1');
  return reply === '1';
}

/** Reads the reply of V. */
export function parseVersion(reply: string): string {
  if (!/^\d{8}$/.test(reply)) throw new RtpproxyReplyError(reply, `a version such as ${BASIC_VERSION}`);
  return reply;
}

/** Reads `PORT[ ADDR[ 6]]`. */
export function parseLeg(text: string): Leg {
  const match = /^(\d{1,5})(?: (\S+)( 6)?)?$/.exec(text);
  const port = Number(match?.[1] ?? 0);
  if (port < 1 || port > 65535) throw new RtpproxyReplyError(text, 'a port and an address');
  const address = match?.[2];
  return { port, address, family: address === undefined ? undefined : match?.[3] === undefined ? 4 : 6 };
}

/** Splits the reply of a command from the results of its sub-commands (protocol.md 7). */
export function splitChain(reply: string): { readonly main: string; readonly results: readonly string[] } {
  const [main = '', ...results] = reply.split(' && ');
  return { main, results };
}

/**
 * Assigns results to sub-commands; `legs` tells for each of them whether it answers with a leg. Silent successes at the
 * end of a chain are not written.
 */
export function parseResults(results: readonly string[], legs: readonly boolean[]): readonly SubCommandResult[] {
  if (results.length > legs.length) throw new RtpproxyReplyError(results.join(' && '), `${legs.length} results`);
  const failed = results.at(-1) === '-1';
  return legs.map((leg, index) => {
    const text = results[index];
    if (text === undefined) return { kind: failed ? 'skipped' : 'done' };
    if (text === '-1') return { kind: 'failed' };
    if (leg) return { kind: 'leg', ...parseLeg(text) };
    return text === '0' ? { kind: 'done' } : { kind: 'text', text };
  });
}

/** Reads the values of Q or G, in the order of the names. */
export function parseValues<Name extends string>(text: string, names: readonly Name[]): Readonly<Record<Name, number>> {
  const values = text === '' ? [] : text.split(' ');
  if (values.length !== names.length) throw new RtpproxyReplyError(text, `${names.length} values`);
  const entries = names.map((name, index) => [name, parseNumber(values[index] ?? '', text)] as const);
  return Object.fromEntries(entries) as Record<Name, number>;
}

/** Reads the reply of I. */
export function parseInfo(reply: string): Info {
  const values = new Map<string, number>();
  for (const line of reply.split('\n')) {
    const colon = line.indexOf(': ');
    values.set(line.slice(0, Math.max(colon, 0)), parseNumber(line.slice(colon + 2), reply));
  }
  const figure = (name: string): number => {
    const value = values.get(name);
    if (value === undefined) throw new RtpproxyReplyError(reply, `a reply with "${name}"`);
    return value;
  };
  return {
    sessionsCreated: figure('sessions created'),
    activeSessions: figure('active sessions'),
    activeStreams: figure('active streams'),
    packetsReceived: figure('packets received'),
    packetsTransmitted: figure('packets transmitted'),
    averageLoad: values.get('average load'),
  };
}

function parseNumber(text: string, reply: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new RtpproxyReplyError(reply, 'a list of numbers');
  return Number(text);
}
