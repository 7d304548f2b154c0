/** A configuration file that cannot be read; the message begins with file and line. */
export class UclError extends Error {
  constructor(file: string, line: number, text: string) {
    super(`${file}:${line}: ${text}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** A place in the text of a configuration file, and the tokens that can stand there. */
export class UclCursor {
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
