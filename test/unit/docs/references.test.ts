import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

// Comments name pages and their sections, and pages name one another: all of these are there.

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Where a page may be that a comment names without a folder. */
const SHELVES = ['docs', 'docs/reference', '.'];
const CODE = /\.(ts|mjs|cc|h)$/;

/** `PAGE.md`, `PAGE.md 6.5`, `PAGE.md 2.1 and 2.2`, `PAGE.md, "Title"`. */
const REFERENCE =
  /(?:[\w-]+\/)*([A-Za-z][\w-]*\.md)(?: (?:sections? )?(\d+(?:\.\d+)*(?:(?:, (?:and )?| and | to )\d+(?:\.\d+)*)*)|, "([^"]+)")?/g;

interface Reference {
  readonly page: string;
  readonly sections: readonly string[];
  readonly title: string | undefined;
}

/** What a source says about pages; a comment may break the line anywhere within. */
function references(source: string): Reference[] {
  const text = source.replace(/\n\s*(?:\*|\/\/+|#)?[ \t]*/g, ' ');
  return [...text.matchAll(REFERENCE)].map(([, page = '', numbers = '', title]) => ({
    page,
    sections: numbers.match(/\d+(?:\.\d+)*/g) ?? [],
    title,
  }));
}

function files(folder: string, wanted: RegExp): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true })
    .map((name) => path.posix.join(folder, String(name)))
    .filter((name) => !name.startsWith('native/build/') && wanted.test(name))
    .sort();
}

function read(name: string): string {
  return readFileSync(path.join(ROOT, name), 'utf8');
}

/** The headings of a page, without code in fences. */
function headings(page: string): string[] {
  return [...page.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
}

/** The anchor that a Markdown renderer gives to a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Why a reference leads nowhere; undefined when it does not. `from` is the file that it stands in. */
function objection({ page, sections, title }: Reference, from: string): string | undefined {
  const places = [...SHELVES, path.posix.dirname(from)].map((folder) => path.posix.join(folder, page));
  const found = places.find((name) => existsSync(path.join(ROOT, name)));
  if (found === undefined) return `${page} is no page`;
  const titles = headings(read(found));
  const missing = sections.find((number) => !titles.some((heading) => new RegExp(`^${number}\\.? `).test(heading)));
  if (missing !== undefined) return `${found} has no section ${missing}`;
  if (title !== undefined && !titles.includes(title)) return `${found} has nothing under "${title}"`;
  return undefined;
}

test('references are found in every form, and told from those that lead nowhere', () => {
  const source = [
    '// As media.md 6.5 says, and docs/latching.md, "How it works".',
    '/** The tables (protocol.md 2.1, 2.2 and',
    ' * 3): see cli.md',
    ' * section 9. */',
  ].join('\n');
  const found = references(source);
  assert.deepEqual(
    found.map(({ page, sections, title }) => [page, sections.join(' '), title]),
    [
      ['media.md', '6.5', undefined],
      ['latching.md', '', 'How it works'],
      ['protocol.md', '2.1 2.2 3', undefined],
      ['cli.md', '9', undefined],
    ],
  );
  for (const reference of found) assert.equal(objection(reference, 'src/x.ts'), undefined);
  const lost = (page: string, section?: string, title?: string) =>
    objection({ page, sections: section === undefined ? [] : [section], title }, 'src/x.ts');
  assert.match(lost('no-such.md') ?? '', /is no page/);
  assert.match(lost('media.md', '6.99') ?? '', /has no section 6\.99/);
  assert.match(lost('latching.md', undefined, 'No such title') ?? '', /has nothing under/);
});

test('every page that a comment names is there, with the section', () => {
  const lost: string[] = [];
  let count = 0;
  for (const name of ['src', 'native', 'test', 'scripts'].flatMap((folder) => files(folder, CODE))) {
    if (name === 'test/unit/docs/references.test.ts') continue;
    for (const reference of references(read(name))) {
      count += 1;
      const reason = objection(reference, name);
      if (reason !== undefined) lost.push(`${name}: ${reason}`);
    }
  }
  assert.deepEqual(lost, []);
  assert.ok(count > 200, `only ${count} references: the reader has missed some`);
});

test('sections that pages name are there', () => {
  const lost: string[] = [];
  for (const name of files('docs', /\.md$/)) {
    for (const reference of references(read(name))) {
      const reason = objection(reference, name);
      if (reason !== undefined) lost.push(`${name}: ${reason}`);
    }
  }
  assert.deepEqual(lost, []);
});

test('every relative link of a page leads to a file, and to a heading of it', () => {
  const lost: string[] = [];
  const pages = [...files('docs', /\.md$/), ...files('.', /^[A-Z]+\.md$/), 'test/bench/README.md'];
  for (const name of pages) {
    const page = read(name).replace(/^```.*?^```$/gms, '');
    for (const [, link = ''] of page.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [file = '', fragment] = link.split('#', 2);
      const target = path.posix.join(file === '' ? name : path.posix.join(path.posix.dirname(name), file));
      if (!existsSync(path.join(ROOT, target))) lost.push(`${name}: ${link}`);
      else if (fragment !== undefined && statSync(path.join(ROOT, target)).isFile()) {
        if (!headings(read(target)).map(anchor).includes(fragment)) lost.push(`${name}: ${link}`);
      }
    }
  }
  assert.deepEqual(lost, []);
});

test('every file that a page names is there', () => {
  const lost: string[] = [];
  for (const name of [...files('docs', /\.md$/), ...files('.', /^[A-Z]+\.md$/)]) {
    for (const [, file = ''] of read(name).matchAll(/`((?:src|native|test|scripts|\.ci)\/[^`\s]*)`/g)) {
      // NAME and the like stand for others; what is built is not in the tree.
      if (/[A-Z]{3}|\*/.test(file) || file.startsWith('native/build/')) continue;
      if (!existsSync(path.join(ROOT, file))) lost.push(`${name}: ${file}`);
    }
  }
  assert.deepEqual(lost, []);
});
