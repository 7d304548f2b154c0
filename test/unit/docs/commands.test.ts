import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
// @ts-expect-error: a script without types
import { withTables } from '../../../scripts/command-reference.mjs';
import { DAEMON_STATISTICS, QUERY_NAMES, STATS_NAMES } from '../../../src/protocol/statistics.ts';
import { findVerb } from '../../../src/protocol/verbs.ts';

const DOCUMENT = read('commands.md');

function read(page: string): string {
  return readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
}

test('the tables of docs/commands.md are those of the sources', () => {
  const expected: string = withTables(DOCUMENT);
  assert.equal(DOCUMENT, expected, 'run: node --import tsx scripts/command-reference.mjs');
});

test('every name of G and Q is there once, and explained', () => {
  for (const names of [QUERY_NAMES, STATS_NAMES]) {
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(DOCUMENT, new RegExp(`^\\| \`${name}\` \\| .{10}`, 'm'), name);
  }
});

test('the highest numbers of names are those of the command table', () => {
  const limits = [...DOCUMENT.matchAll(/at most (\d+) names/g)].map(([, limit]) => Number(limit));
  assert.deepEqual(limits, [(findVerb('q')?.maxTokens ?? 0) - 4, (findVerb('g')?.maxTokens ?? 0) - 1]);
});

test('names that the C daemon does not have are differences from it', () => {
  const page = read('compatibility.md');
  for (const row of DAEMON_STATISTICS) if ('ours' in row) assert.ok(page.includes(`\`G ${row.name}\``), row.name);
});
