import { uptime } from 'node:os';
import { GLOBAL, type LogRecord } from './log.ts';

/** `--log-format`. */
export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Longest line in bytes, its LF included: shorter than PIPE_BUF, so that a pipe takes the whole line or nothing. */
const MAX_LINE = 2048;

/** A line in the C daemon's format `LEVEL:CALLID:where:0: text` (cli.md 9), without LF. */
export function textLine({ level, where, text, callId }: LogRecord, time = ''): Buffer {
  const line = printable(`${time}${level}:${callId}:${where}:0: ${text}`);
  return Buffer.from(line.slice(0, MAX_LINE - 1), 'latin1');
}

/** The same as an object of JSON on one line of ASCII. `callId` is left out of lines about the daemon. */
export function jsonLine({ level, where, text, callId }: LogRecord, time = new Date().toISOString()): Buffer {
  const session = callId === GLOBAL ? {} : { callId };
  for (let room = MAX_LINE; ; room = Math.floor(room / 2)) {
    const line = ascii(JSON.stringify({ time, level, topic: where, ...session, text: text.slice(0, room) }));
    if (line.length < MAX_LINE || room === 0) return Buffer.from(line.slice(0, MAX_LINE - 1), 'latin1');
  }
}

/** Characters of UTF-8 that are no control characters, byte by byte (RFC 3629); those from 0x80 to 0x9f are. */
const UTF8 =
  '\\xc2[\\xa0-\\xbf]|[\\xc3-\\xdf][\\x80-\\xbf]|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}|' +
  '\\xed[\\x80-\\x9f][\\x80-\\xbf]|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}|[\\xf1-\\xf3][\\x80-\\xbf]{3}|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}';
const SPECIAL = new RegExp(`${UTF8}|[\\0-\\x1f\\x7f-\\x9f]|[^\\0-\\xff]+`, 'g');

/**
 * Makes a text safe to stand on one line of Latin-1: control characters, C1 too, as `\n` or `\x1b`, so that a remote
 * party can neither forge a line nor steer a terminal; characters beyond Latin-1 (file names) as the bytes of UTF-8.
 */
export function printable(text: string): string {
  return text.replace(SPECIAL, (match) => {
    if (match.charCodeAt(0) > 0x9f && match.charCodeAt(0) <= 0xff) return match;
    if (match.charCodeAt(0) > 0xff) return Buffer.from(match, 'utf8').toString('latin1');
    if (match === '\n') return '\\n';
    return `\\x${match.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** JSON on a line of ASCII, with nothing in it that could steer a terminal. */
export function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Time stamps of text lines on stderr: relative ones when RTPP_LOG_TFORM is `rel`, counted from RTPP_LOG_TSTART or now;
 * otherwise none (cli.md 9).
 */
export function timeStamps(env: Readonly<Record<string, string | undefined>>): () => string {
  if (env.RTPP_LOG_TFORM !== 'rel') return () => '';
  const given = Number.parseFloat(env.RTPP_LOG_TSTART ?? '');
  const origin = Number.isFinite(given) ? given : clock();
  return () => stamp(clock() - origin);
}

/** Seconds on CLOCK_BOOTTIME, the clock that `-C` names. */
function clock(): number {
  return Number(process.hrtime.bigint()) / 1e9 + SUSPENDED;
}

/**
 * What CLOCK_BOOTTIME is ahead of hrtime's CLOCK_MONOTONIC: the time that the machine was suspended. The uptime has a
 * resolution of 10 ms, so a smaller difference is none.
 */
const SUSPENDED = (() => {
  const ahead = uptime() - Number(process.hrtime.bigint()) / 1e9;
  return Math.abs(ahead) < 0.05 ? 0 : ahead;
})();

/** `HH:MM:SS.mmm/` */
function stamp(seconds: number): string {
  const ms = Math.max(0, Math.floor(seconds * 1000));
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${fraction}/`;
}
