import { ConfigError } from './config-error.ts';
import type { UclEntry } from './ucl.ts';

/** A value that a module is given; `text` is as written. */
export interface ModuleSetting {
  /** As written; names are compared in lower case. */
  readonly key: string;
  readonly text: string;
  /** `other`: a fraction, a time, a truth value or a list. */
  readonly kind: 'text' | 'integer' | 'other';
  /** Of an `integer`, with its suffix carried out: 9000 for `9k`. */
  readonly integer?: number;
}

/** A module that is asked for, by an option or by a section of the configuration file. Nothing of it was looked at yet. */
export type ModuleRequest =
  | {
      readonly by: 'dso' | 'module';
      /** A name, a package or a path, as written. */
      readonly what: string;
    }
  | {
      readonly by: 'section';
      readonly what: string;
      /** Name of the section. */
      readonly section: string;
      /** `what` comes from the section's `load`, not from its name. */
      readonly named: boolean;
      /** In their order, without `load`. */
      readonly settings: readonly ModuleSetting[];
      /** `FILE:LINE` of the section. */
      readonly place: string;
    };

/** What follows the reason when the C daemon refuses a section. */
const SECTION_REFUSED = ['parse_modules() failed'];

/**
 * The modules that an entry `modules` of a configuration file asks for, in their order. A name that was in `known` already is
 * the same section again, and counts no more (cli.md 6.1).
 * @throws ConfigError
 */
export function sectionRequests(entry: UclEntry, known: readonly ModuleRequest[]): ModuleRequest[] {
  if (entry.value.kind !== 'section') throw refusal(entry, '"modules" is a section');
  const names = new Set(known.map((request) => (request.by === 'section' ? request.section : undefined)));
  const requests: ModuleRequest[] = [];
  for (const member of entry.value.entries) {
    if (names.has(member.key)) continue;
    names.add(member.key);
    requests.push(sectionRequest(member));
  }
  return requests;
}

function sectionRequest(entry: UclEntry): ModuleRequest {
  const { key: section, value } = entry;
  if (value.kind !== 'section') throw refusal(entry, `"${section}" is a section`);
  const load = value.entries.find(({ key }) => key === 'load');
  const path = load === undefined ? undefined : settingOf(load);
  if (path !== undefined && path.kind !== 'text') {
    throw refusal(entry, `Error: "load" parameter in ${section} has a wrong type, string is expected`);
  }
  const others = value.entries.filter(({ key }) => key.toLowerCase() !== 'load');
  return {
    by: 'section',
    what: path?.text ?? section,
    section,
    named: path !== undefined,
    settings: others.map((each) => {
      if (each.value.kind === 'section') throw refusal(each, `"${each.key}" in ${section} is no section`);
      return settingOf(each);
    }),
    place: placeOf(entry),
  };
}

/** A section that the C daemon would refuse in the same words. */
function refusal(entry: UclEntry, text: string): ConfigError {
  return new ConfigError(`${placeOf(entry)}: ${text}`, SECTION_REFUSED);
}

function placeOf({ file, line }: UclEntry): string {
  return `${file}:${line}`;
}

const INTEGER = /^(-?)(0x[0-9a-f]+|\d+)(?:([kmg])(b?))?$/i;
/** Numbers with a fraction, an exponent or a unit of time, and truth values. */
const OTHER = /^(-?\d+(\.\d*)?(e[-+]?\d+)?(ms|min|[smhdwy]|[kmg]b?)?|true|false|yes|no|on|off|null)$/i;
const POWERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3 };

function settingOf({ key, value }: UclEntry): ModuleSetting {
  if (value.kind !== 'text')
    return { key, text: value.kind === 'list' ? JSON.stringify(value.items) : '', kind: 'other' };
  const { text } = value;
  if (value.quoted) return { key, text, kind: 'text' };
  const [, sign, digits, suffix, bytes] = INTEGER.exec(text) ?? [];
  if (digits === undefined) return { key, text, kind: OTHER.test(text) ? 'other' : 'text' };
  const factor = (bytes === 'b' || bytes === 'B' ? 1024 : 1000) ** (POWERS[suffix?.toLowerCase() ?? ''] ?? 0);
  return { key, text, kind: 'integer', integer: (sign === '-' ? -1 : 1) * Number(digits) * factor };
}

/** A section as a configuration file has it, or the line of an option. */
export function requestLines(requests: readonly ModuleRequest[]): string[] {
  const sections: string[] = [];
  const options: string[] = [];
  for (const request of requests) {
    if (request.by !== 'section') {
      options.push(`${request.by} = ${JSON.stringify(request.what)}`);
      continue;
    }
    const { section, what, named, settings } = request;
    const load = named ? [`    load = ${JSON.stringify(what)}`] : [];
    const lines = settings.map(
      ({ key, text, kind }) => `    ${key} = ${kind === 'text' ? JSON.stringify(text) : text}`,
    );
    sections.push(`  ${JSON.stringify(section)} {`, ...load, ...lines, '  }');
  }
  return sections.length === 0 ? options : [...options, 'modules {', ...sections, '}'];
}
