import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { systemErrorText } from '../log/strerror.ts';
import type { ConfigDraft } from './config-draft.ts';
import { ConfigError } from './config-error.ts';
import { sectionRequests } from './modules.ts';
import { type CliOption, configKey } from './option.ts';
import { OPTIONS } from './options.ts';
import { parseUcl, type UclEntry, UclError } from './ucl.ts';

const TRUE = ['true', 'yes', 'on', '1'];
const FALSE = ['false', 'no', 'off', '0'];
const MAX_BYTES = 1024 * 1024;

/**
 * Applies a configuration file to a draft (cli.md 6.1). Options that the command line gave keep what it said. The C daemon
 * knows the key `modules` alone and ignores all others; here every option has a key, and any other is an error, but for
 * sections, which no option has: those are another program's.
 *
 * @throws ConfigError, with file and line
 */
export function applyConfigFile(file: string, draft: ConfigDraft, given: ReadonlySet<CliOption>): void {
  try {
    applyEntries(file, draft, given);
  } catch (error) {
    throw error instanceof ConfigError ? fileRefused(error) : error;
  }
}

/** The same in the words that the C daemon ends with. */
export function fileRefused({ message, consequences }: ConfigError): ConfigError {
  return new ConfigError(message, [...consequences, 'rtpp_cfile_process() failed']);
}

function applyEntries(file: string, draft: ConfigDraft, given: ReadonlySet<CliOption>): void {
  let entries: UclEntry[];
  try {
    entries = parseUcl(readText(file), file, readIncluded);
  } catch (error) {
    throw error instanceof UclError ? new ConfigError(error.message) : error;
  }
  const seen = new Map<CliOption, UclEntry>();
  for (const entry of entries) {
    const key = entry.key.toLowerCase().replaceAll('-', '_');
    if (key === 'modules') {
      draft.modules.push(...sectionRequests(entry, draft.modules));
      continue;
    }
    const option = OPTIONS.find((known) => configKey(known) === key && known.long !== 'config');
    if (option === undefined) {
      if (entry.value.kind !== 'section') throw complaint(entry, `unknown key "${entry.key}"`);
      draft.unknownSections.push(`${entry.file}:${entry.line}: section "${entry.key}"`);
      continue;
    }
    const earlier = seen.get(option);
    if (earlier !== undefined && option.repeatable !== true) {
      throw complaint(entry, `"${entry.key}" was set in line ${earlier.line} of ${earlier.file} already`);
    }
    seen.set(option, entry);
    if (!given.has(option)) apply(option, entry, draft);
  }
}

function apply(option: CliOption, entry: UclEntry, draft: ConfigDraft): void {
  if (option.effect.kind !== 'set') return;
  for (const text of texts(option, entry)) {
    if (option.argument !== 'required') {
      const wanted = TRUE.includes(text.toLowerCase());
      if (!wanted && !FALSE.includes(text.toLowerCase())) throw complaint(entry, `"${entry.key}" is not true or false`);
      if (wanted) option.effect.apply(draft, '');
      continue;
    }
    try {
      option.effect.apply(draft, text);
    } catch (error) {
      throw error instanceof ConfigError ? complaint(entry, error.message) : error;
    }
  }
}

/** The values of an entry; hexadecimal numbers as options read them. */
function texts(option: CliOption, entry: UclEntry): readonly string[] {
  const { value, key } = entry;
  if (value.kind === 'section') throw complaint(entry, `"${key}" is no section`);
  if (value.kind === 'list' && option.repeatable !== true) throw complaint(entry, `"${key}" takes one value`);
  const items = value.kind === 'list' ? value.items : [value.text];
  return items.map((text) => (/^0x[0-9a-f]+$/i.test(text) ? String(Number(text)) : text));
}

function complaint({ file, line }: UclEntry, text: string): ConfigError {
  return new ConfigError(`${file}:${line}: ${text}`);
}

function readText(file: string): string {
  try {
    return read(file);
  } catch (error) {
    throw new ConfigError(`open failed: ${file}: ${systemErrorText(error)}`);
  }
}

function readIncluded(file: string): string {
  if (!path.isAbsolute(file)) throw new Error(`"${file}" is no absolute path`);
  try {
    return read(file);
  } catch (error) {
    throw new Error(`open failed: ${file}: ${systemErrorText(error)}`);
  }
}

function read(file: string): string {
  const stat = statSync(file);
  // Devices have no end, or no content.
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return '';
  const text = readFileSync(file, 'utf8');
  if (text.length > MAX_BYTES) throw new Error('File too large');
  return text;
}
