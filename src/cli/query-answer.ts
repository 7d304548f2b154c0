import { RtpproxyError } from '../client/errors.ts';
import { errorCode, splitChain } from '../client/reply.ts';
import { ascii } from '../log/line.ts';
import { ERRORS } from '../protocol/errors.ts';
import { DEFAULT_QUERY_NAMES } from '../protocol/statistics.ts';

/** A command and its reply, one character for each byte, without the last LF. */
export interface Answer {
  readonly command: string;
  readonly reply: string;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** An answer as an object of JSON on one line of ASCII, as `docs/client.md` has it; `time` is when it came, if that is told. */
export function answerJson({ command, reply }: Answer, time?: string): string {
  const code = errorCode(reply);
  const told = { ...(time === undefined ? {} : { time }), command, reply };
  if (code !== undefined)
    return ascii(JSON.stringify({ ...told, ok: false, error: code, ...meaningOf(code, command) }));
  const { main, results } = splitChain(reply);
  const values = valuesOf(command, main);
  const chained = results.length > 0 ? { results } : {};
  return ascii(JSON.stringify({ ...told, ok: true, ...(values === undefined ? {} : { values }), ...chained }));
}

function meaningOf(code: number, command: string): { readonly reason: string; readonly meaning?: string } {
  const { reason } = new RtpproxyError(code, command);
  return reason === 'unknown' ? { reason } : { reason, meaning: ERRORS[reason].text };
}

/** The numbers in the reply of G, Q or I by their names; undefined for other commands, and for a reply that does not fit. */
function valuesOf(command: string, reply: string): Readonly<Record<string, number>> | undefined {
  const [first = '', ...tokens] = (command.split('&&', 1)[0] ?? '').trim().split(/\s+/);
  const verb = first.charAt(0).toUpperCase();
  if (verb === 'I') return named(reply.split('\n').map((line) => line.split(': ')));
  if (verb !== 'G' && verb !== 'Q') return undefined;
  const values = reply === '' ? [] : reply.split(' ');
  if (/v/i.test(first.slice(1))) return named(values.map((value) => value.split('=')));
  // Behind Call-ID and both tags.
  const given = verb === 'G' ? tokens : tokens.slice(3);
  const names = verb === 'Q' && given.length === 0 ? DEFAULT_QUERY_NAMES : given;
  return names.length === values.length ? named(names.map((name, at) => [name, values[at] ?? ''])) : undefined;
}

function named(pairs: readonly (readonly string[])[]): Readonly<Record<string, number>> | undefined {
  const values = Object.create(null) as Record<string, number>;
  for (const [name, value] of pairs) {
    if (name === undefined || value === undefined || !NUMBER.test(value)) return undefined;
    values[name.replaceAll(' ', '_')] = Number(value);
  }
  return values;
}
