// Writes the tables of docs/commands.md from the tables of commands and statistics and the error codes: node --import tsx scripts/command-reference.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '../src/protocol/errors.ts';
import { DAEMON_STATISTICS, SESSION_STATISTICS } from '../src/protocol/statistics.ts';
import { SUB_COMMANDS } from '../src/protocol/subcommands.ts';
import { VERBS } from '../src/protocol/verbs.ts';

const FILE = fileURLToPath(new URL('../docs/commands.md', import.meta.url));

/** The document with its tables, those between `<!-- NAME -->` and `<!-- end -->`, as they have to be. */
export function withTables(document) {
  return document.replaceAll(
    /<!-- (\w+) -->\n.*?<!-- end -->/gs,
    (_whole, name) => `<!-- ${name} -->\n${TABLES[name]()}\n<!-- end -->`,
  );
}

const TABLES = {
  commands: () =>
    table(
      ['command', 'what it does', 'reply'],
      VERBS.map(({ usage, help, reply }) => [code(usage), help, reply]),
    ),
  media: () => modifiers('u'),
  modifiers: () =>
    table(
      ['command', 'modifier', 'meaning'],
      VERBS.filter(({ letters }) => !'ul'.includes(letters)).flatMap((spec) =>
        [...spec.modifiers].map(([letter, meaning]) => [
          code(spec.letters.toUpperCase()),
          letter === '#' ? 'a number' : code(letter),
          meaning,
        ]),
      ),
    ),
  subcommands: () =>
    table(
      ['sub-command', 'after', 'what it does'],
      SUB_COMMANDS.map(({ usage, pairing, help }) => [code(usage), pairing ? 'U with a to-tag' : 'U, L, Q', help]),
    ),
  query: () =>
    table(
      ['name', 'what it is', 'without names'],
      SESSION_STATISTICS.map(({ name, help, byDefault }) => [code(name), help, byDefault ? 'answered' : '']),
    ),
  stats: () =>
    table(
      ['name', 'what it counts', 'C daemon'],
      DAEMON_STATISTICS.map(({ name, help, ours }) => [code(name), help, ours ? '`E68`' : 'same']),
    ),
  errors: () =>
    table(
      ['reply', 'reason'],
      Object.values(ERRORS).map((error) => [code(`E${error.code}`), error.text]),
    ),
};

function modifiers(letters) {
  const spec = VERBS.find((one) => one.letters === letters);
  return table(
    ['modifier', 'meaning'],
    [...spec.modifiers].map(([letter, meaning]) => [code(letter), meaning]),
  );
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function code(text) {
  return `\`${text}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, withTables(readFileSync(FILE, 'utf8')));
