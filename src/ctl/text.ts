import { printable } from '../log/line.ts';

// Texts of remote parties on a terminal. All output is Latin-1: a character is a byte of what the party sent, so UTF-8 stays
// what it was.

const ELLIPSIS = '...';

/** A value on one line: control characters are escaped, and nothing is `-`. */
export function shown(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined || value === '') return '-';
  return printable(String(value));
}

/** At most `width` columns, which are more than those of the dots that a longer text ends with. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  return `${take(text, width - ELLIPSIS.length)}${ELLIPSIS}`;
}

export function padded(text: string, width: number, right = false): string {
  const blanks = ' '.repeat(Math.max(0, width - columns(text)));
  return right ? `${blanks}${text}` : `${text}${blanks}`;
}

/** How wide a printable text is: the bytes of a character of UTF-8 behind its first one take no room. */
export function columns(text: string): number {
  return text.replace(/[\x80-\xbf]/g, '').length;
}

function take(text: string, width: number): string {
  let taken = '';
  let room = width;
  for (const char of text) {
    const continues = char >= '\x80' && char <= '\xbf';
    if (!continues && room-- <= 0) break;
    taken += char;
  }
  return taken;
}

/** One value as a line of JSON that is ASCII, so that no text in it steers a terminal. */
export function jsonText(value: unknown): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value).replace(/[^\x20-\x7e]/g, escaped)}\n`;
}

/** A number with so many digits behind the point. */
export function figure(value: number | null | undefined, digits = 0): string {
  return typeof value === 'number' ? value.toFixed(digits) : '-';
}

/** The same with its unit. */
export function measured(value: number | null | undefined, digits: number, unit: string): string {
  return typeof value === 'number' ? `${value.toFixed(digits)} ${unit}` : '-';
}

/** Seconds as `45s`, `12m03s`, `3h02m`. */
export function duration(seconds: number): string {
  const [whole, two] = [Math.floor(seconds), (value: number) => String(value).padStart(2, '0')];
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}

/** Rows of equal columns; `right`: those that are numbers. A column is as wide as its widest cell, the last one not padded. */
export function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => columns(row[index] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, index) => padded(cell, widths[index] ?? 0, right.includes(index)))
      .join('  ')
      .trimEnd(),
  );
}
