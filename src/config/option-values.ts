import path from 'node:path';
import { IO_CHOICES, type IoChoice, RECORD_FORMATS, type RecordFormat } from '../addon/contract.ts';
import { LOG_FORMATS, type LogFormat } from '../log/line.ts';
import { LOG_LEVELS } from '../log/log.ts';
import { isLogFacility } from '../log/syslog-sink.ts';
import type { Family } from '../protocol/local-address.ts';
import { MAX_WORKERS } from './config.ts';
import type { AdvertisedPair, ConfigDraft, LatchMode, SchedulingPolicy } from './config-draft.ts';
import { ConfigError } from './config-error.ts';
import { checkAdvertised } from './listen-address.ts';

// Readers of option arguments, with the messages of cli.md 2.2. All throw ConfigError.

const MAX_LISTEN = 16;
const MAX_INT = 0x7fff_ffff;
/** Of a cpu_set_t. */
const MAX_CPUS = 1024;

/** `strtol` in base 10 that must use up the whole text; undefined for anything else. */
export function integer(text: string): number | undefined {
  return /^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** Seconds, at least 1; `what` is "max TTL" or "max setup TTL". */
export function seconds(text: string, what: string): number {
  const value = integer(text);
  if (value === undefined || value < 1 || value > MAX_INT)
    throw new ConfigError(`${text}: ${what} argument is invalid`);
  return value;
}

/** `bound` is "min" or "max". */
export function port(text: string, bound: 'min' | 'max'): number {
  const value = integer(text);
  if (value === undefined) throw new ConfigError(`${text}: ${bound} port argument is invalid`);
  if (value < 1 || value > 65535) {
    throw new ConfigError(`invalid value of the port_${bound} argument, not in the range 1-65535`);
  }
  return value;
}

/** 0 to 255, or -1 for "leave the system's value", which the C daemon documents and then rejects (cli.md 1). */
export function tos(text: string): number {
  const value = integer(text);
  if (value === undefined) throw new ConfigError(`${text}: TOS argument is invalid`);
  if (value < -1 || value > 255) throw new ConfigError(`${text}: TOS is too small/large`);
  return value;
}

export function fileLimit(text: string): number {
  const value = integer(text);
  if (value === undefined || value < 0 || value > MAX_INT) {
    throw new ConfigError(`${text}: max file rlimit argument is invalid`);
  }
  return value;
}

export function nice(text: string): number {
  const value = integer(text);
  if (value === undefined) throw new ConfigError(`${text}: nice level argument is invalid`);
  if (value < -20 || value > 20) throw new ConfigError(`${text}: nice level is out of range -20..20`);
  return value;
}

/** Decimal as in the C daemon; with a leading 0 octal, which is what `-w 0660` means (cli.md 1). */
export function socketMode(text: string): number {
  const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : integer(text);
  if (value === undefined || value < 0 || value > 0o7777) {
    throw new ConfigError(`${text}: socket mode argument is invalid`);
  }
  return value;
}

export function schedulingPolicy(text: string): SchedulingPolicy {
  if (text !== 'fifo' && text !== 'rr') throw new ConfigError(`${text}: unknown scheduling policy`);
  return text;
}

export function latchMode(text: string): LatchMode {
  if (text !== 'compat' && text !== 'guarded') throw new ConfigError(`${text}: unknown latch mode`);
  return text;
}

export function workers(text: string): number {
  const value = integer(text);
  if (value === undefined) throw new ConfigError(`${text}: number of workers argument is invalid`);
  if (value < 1 || value > MAX_WORKERS)
    throw new ConfigError(`${text}: number of workers is out of range 1..${MAX_WORKERS}`);
  return value;
}

/** Numbers and ranges, in their order, as taskset(1) takes them: `0,2-3`. At most as many as there can be workers. */
export function cpus(text: string): number[] {
  const list: number[] = [];
  for (const part of text.split(',')) {
    const range = /^([0-9]{1,4})(?:-([0-9]{1,4}))?$/.exec(part);
    if (range === null) throw new ConfigError(`${text}: list of CPUs is invalid`);
    const first = Number(range[1]);
    const last = Number(range[2] ?? first);
    if (last < first || last >= MAX_CPUS) throw new ConfigError(`${text}: list of CPUs is invalid`);
    for (let cpu = first; cpu <= last; cpu++) list.push(cpu);
  }
  if (list.length > MAX_WORKERS) throw new ConfigError(`${text}: more than ${MAX_WORKERS} CPUs`);
  return list;
}

/** Seconds; 0 for no end. */
export function playTtl(text: string): number {
  const value = integer(text);
  if (value === undefined || value < 0) throw new ConfigError(`${text}: play TTL argument is invalid`);
  return value;
}

/** Microseconds; undefined for `auto`. */
export function batchWindow(text: string): number | undefined {
  if (text === 'auto') return undefined;
  const value = integer(text);
  if (value === undefined) throw new ConfigError(`${text}: batch window argument is invalid`);
  if (value < 0 || value > 10_000) throw new ConfigError(`${text}: batch window is out of range 0..10000`);
  return value;
}

export function io(text: string): IoChoice {
  const choice = IO_CHOICES.find((name) => name === text);
  if (choice === undefined) throw new ConfigError(`${text}: packet backend is none of ${IO_CHOICES.join(', ')}`);
  return choice;
}

/** `LEVEL[:FACILITY]`; the facility is looked at first, as in the C daemon. */
export function setLogging(draft: ConfigDraft, text: string): void {
  const colon = text.indexOf(':');
  if (colon >= 0) {
    const name = text.slice(colon + 1);
    const wanted = name.toUpperCase().replace(/^LOG_/, '');
    if (!isLogFacility(wanted)) throw new ConfigError(`${name}: invalid log facility`);
    draft.logFacility = wanted;
  }
  const name = colon < 0 ? text : text.slice(0, colon);
  const level = LOG_LEVELS.find((known) => known === name.toUpperCase());
  if (level === undefined) throw new ConfigError(`${name}: invalid log level`);
  draft.logLevel = level;
}

export function logFormat(text: string): LogFormat {
  const format = LOG_FORMATS.find((known) => known === text);
  if (format === undefined) throw new ConfigError(`${text}: unknown log format`);
  return format;
}

export function recordFormat(text: string): RecordFormat {
  const format = RECORD_FORMATS.find((known) => known === text);
  if (format === undefined) throw new ConfigError(`${text}: unknown format of recordings`);
  return format;
}

/** A file of that name, which means the same when the daemon has changed its directory. */
export function filePath({ directory }: ConfigDraft, text: string): string {
  return path.resolve(directory, text);
}

/** `--call-records`: a file, or one of two words. */
export function recordTarget(draft: ConfigDraft, text: string): string {
  if (text === '') throw new ConfigError('--call-records: the name of the file is empty');
  return text === 'syslog' || text === '-' ? text : filePath(draft, text);
}

/**
 * A program and its arguments, with blanks between; no word can have one. The path counts from the directory of the start: a
 * name without a slash would mean another program in another environment.
 */
export function program(draft: ConfigDraft, text: string, option: string): readonly string[] {
  const [file = '', ...args] = text.split(/[ \t]+/).filter((word) => word !== '');
  if (!file.includes('/')) {
    throw new ConfigError(`${option}: the program has to be a path, such as /usr/local/bin/NAME`);
  }
  if (text.includes('\0')) throw new ConfigError(`${option}: a zero byte is no part of a command`);
  return [filePath(draft, file), ...args];
}

/** Seconds, a day at most. */
export function programTimeout(text: string): number {
  const value = integer(text);
  if (value === undefined || value < 1 || value > 86_400) {
    throw new ConfigError(`${text}: time of a program is out of range 1..86400`);
  }
  return value;
}

/** `-A first[/second]`. */
export function advertised(text: string): AdvertisedPair {
  const slash = text.indexOf('/');
  const first = slash < 0 ? text : text.slice(0, slash);
  const second = slash < 0 ? undefined : text.slice(slash + 1);
  // An empty first part leaves the internal address as it is.
  if (first !== '' || second === undefined) checkAdvertised(first, 'first advertised address');
  if (second !== undefined) checkAdvertised(second, 'second advertised address');
  return { first, second };
}

export function addListen(draft: ConfigDraft, text: string, family: Family): void {
  if (draft.listen.length >= MAX_LISTEN) throw new ConfigError('number of listening addresses exceeds BINDARG_MAX');
  draft.listen.push({ text, family });
}
