/** A configuration file that cannot be read; the message begins with file and line. */
export class UclError extends Error {
  constructor(file: string, line: number, text: string) {
    super(`${file}:${line}: ${text}`);
  }
}

/** A value of a configuration file. Numbers and booleans are texts too: the option that reads one knows what it wants. */
export type UclValue =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'section'; readonly entries: readonly UclEntry[] };

/** `key = value`, with the place where the key stands. */
export interface UclEntry {
  readonly key: string;
  readonly value: UclValue;
  readonly file: string;
  readonly line: number;
}

/** Reads another file for `.include`; throws UclError or a system error. */
export type UclReader = (path: string) => string;

const MAX_DEPTH = 16;
const MAX_INCLUDES = 8;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/**
 * Reads the part of UCL that cli.md 6.1 lists: `key = value`, `key: value`, `key value`, sections in braces, nested names,
 * lists, `#` and nested block comments, quoted texts, here-documents, `.include` and `.try_include`.
 *
 * @throws UclError, with file and line
 */
export function parseUcl(source: string, file: string, read: UclReader, includes = 0): UclEntry[] {
  const cursor = new UclCursor(source, file);
  if (source === '') throw cursor.error('the file is empty');
  cursor.skipBlank();
  const braces = cursor.take('{');
  const entries = new Parser(cursor, read, includes).entries(braces, 0);
  cursor.skipBlank();
  if (!cursor.atEnd()) throw cursor.error(`unexpected "${cursor.peek()}"`);
  return entries;
}

class Parser {
  readonly #cursor: UclCursor;
  readonly #read: UclReader;
  readonly #includes: number;

  constructor(cursor: UclCursor, read: UclReader, includes: number) {
    this.#cursor = cursor;
    this.#read = read;
    this.#includes = includes;
  }

  /** Entries up to the closing brace, or to the end of the file. */
  entries(closed: boolean, depth: number): UclEntry[] {
    const cursor = this.#cursor;
    const opened = cursor.line;
    const entries: UclEntry[] = [];
    for (;;) {
      cursor.skipBlank();
      if (cursor.atEnd()) {
        if (closed) throw cursor.error('section is not closed', opened);
        return entries;
      }
      if (cursor.take('}')) {
        if (!closed) throw cursor.error('unexpected "}"');
        return entries;
      }
      if (cursor.peek() === '.') entries.push(...this.#macro());
      else entries.push(this.#entry(depth));
      cursor.skipSpace();
      // A line end or a brace separates as well.
      const separated = cursor.take(';') || cursor.take(',') || cursor.atEnd() || /[\n}]/.test(cursor.peek());
      if (!separated && entries.at(-1)?.value.kind !== 'section') throw cursor.error(`unexpected "${cursor.peek()}"`);
    }
  }

  #entry(depth: number): UclEntry {
    const cursor = this.#cursor;
    if (depth > MAX_DEPTH) throw cursor.error('sections are nested too deeply');
    const { line } = cursor;
    const key = cursor.peek() === '"' ? cursor.quoted() : cursor.key();
    cursor.skipSpace();
    const assigned = cursor.take('=') || cursor.take(':');
    cursor.skipSpace();
    return { key, file: cursor.file, line, value: this.#value(key, assigned, depth) };
  }

  #value(key: string, assigned: boolean, depth: number): UclValue {
    const cursor = this.#cursor;
    if (cursor.take('{')) return { kind: 'section', entries: this.entries(true, depth + 1) };
    if (cursor.take('[')) return { kind: 'list', items: this.#list() };
    if (!assigned && cursor.namesSection()) {
      return { kind: 'section', entries: [this.#entry(depth + 1)] };
    }
    const quoted = /["'<]/.test(cursor.peek());
    const text = this.#text();
    if (text === undefined) throw cursor.error(`"${key}" has no value`);
    return { kind: 'text', text, quoted };
  }

  /** A quoted text, a here-document, or the rest up to a separator; undefined when there is nothing. */
  #text(): string | undefined {
    const cursor = this.#cursor;
    const first = cursor.peek();
    if (first === '"') return cursor.quoted();
    if (first === "'") return cursor.literal();
    if (cursor.startsWith('<<')) return cursor.hereDocument();
    const bare = cursor.bare();
    return bare === '' ? undefined : bare;
  }

  #list(): string[] {
    const cursor = this.#cursor;
    const items: string[] = [];
    for (;;) {
      cursor.skipBlank();
      if (cursor.take(']')) return items;
      const text = this.#text();
      if (text === undefined) throw cursor.error('list is not closed');
      items.push(text);
      cursor.skipBlank();
      cursor.take(',');
    }
  }

  /** `.include "path"`; `.try_include` does not mind when the file is missing. */
  #macro(): UclEntry[] {
    const cursor = this.#cursor;
    const { line } = cursor;
    const name = cursor.key();
    if (name !== '.include' && name !== '.try_include') throw cursor.error(`macro ${name} is not supported`, line);
    cursor.skipSpace();
    const path = this.#text();
    if (path === undefined) throw cursor.error(`${name} has no path`, line);
    if (this.#includes >= MAX_INCLUDES) throw cursor.error('files include each other too deeply', line);
    let source: string;
    try {
      source = this.#read(path);
    } catch (error) {
      if (name === '.try_include') return [];
      throw cursor.error(error instanceof Error ? error.message : String(error), line);
    }
    return parseUcl(source, path, this.#read, this.#includes + 1);
  }
}

/** A place in the text of a configuration file, and the tokens that can stand there. */
class UclCursor {
  readonly file: string;
  readonly #source: string;
  #at = 0;
  #line = 1;

  constructor(source: string, file: string) {
    this.#source = source;
    this.file = file;
  }

  /** From 1. */
  get line(): number {
    return this.#line;
  }

  error(text: string, line = this.#line): UclError {
    return new UclError(this.file, line, text);
  }

  atEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  peek(): string {
    return this.#source.charAt(this.#at);
  }

  startsWith(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  /** Steps over that text if it stands here. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.#step(text.length);
    return true;
  }

  /** Blanks and comments on this line. */
  skipSpace(): void {
    for (;;) {
      this.#match(/[ \t\r]+/y);
      if (this.startsWith('/*')) this.#comment();
      else if (this.peek() === '#') this.#match(/[^\n]*/y);
      else return;
    }
  }

  /** The same over line ends. */
  skipBlank(): void {
    do this.skipSpace();
    while (this.take('\n'));
  }

  key(): string {
    const key = this.#match(/[^\s=:;,{}[\]"'#]+/y);
    if (key === '') throw this.error(`unexpected "${this.peek()}"`);
    return key;
  }

  /** Whether names and an opening brace follow on this line, as in `modules catch_dtmf { }`. */
  namesSection(): boolean {
    const ahead = /(?:"[^"\n]*"|[^\s=:;,{}[\]"'#]+)(?:[ \t]+(?:"[^"\n]*"|[^\s=:;,{}[\]"'#]+))*[ \t]*(?:[=:][ \t]*)?\{/y;
    ahead.lastIndex = this.#at;
    return ahead.test(this.#source);
  }

  /** `"text"` with the escapes of JSON. */
  quoted(): string {
    const { line } = this;
    const body = this.#match(/"(?:[^"\\]|\\[\s\S])*"/y);
    if (body === '') throw this.error('text is not closed', line);
    return body.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, code: string) => {
      if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return ESCAPES[code] ?? code;
    });
  }

  /** `'text'` as it stands. */
  literal(): string {
    const { line } = this;
    const body = this.#match(/'[^']*'/y);
    if (body === '') throw this.error('text is not closed', line);
    return body.slice(1, -1);
  }

  /** `<<EOD`, lines, `EOD`. */
  hereDocument(): string {
    const { line } = this;
    const [, word = ''] = /^<<([A-Z]+)\n/.exec(this.#source.slice(this.#at, this.#at + 256)) ?? [];
    const begin = this.#at + word.length + 3;
    const end = word === '' ? -1 : `\n${this.#source.slice(begin)}\n`.indexOf(`\n${word}\n`);
    if (end < 0) throw this.error('here-document is not closed', line);
    const text = this.#source.slice(begin, begin + Math.max(0, end - 1));
    this.#step(begin + end + word.length - this.#at);
    return text;
  }

  /** Text up to a separator, a comment, a closing bracket or the end of the line, without blanks around it. */
  bare(): string {
    return this.#match(/(?:(?!\/\*)[^;,}\]\n#])*/y).trim();
  }

  #comment(): void {
    const { line } = this;
    let depth = 0;
    do {
      if (this.take('/*')) depth += 1;
      else if (this.take('*/')) depth -= 1;
      else if (this.atEnd()) throw this.error('comment is not closed', line);
      else this.#step(1);
    } while (depth > 0);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? '';
    this.#step(text.length);
    return text;
  }

  #step(length: number): void {
    for (let i = 0; i < length; i += 1) if (this.#source[this.#at + i] === '\n') this.#line += 1;
    this.#at += length;
  }
}
