import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/architecture.md', ROOT), 'utf8');

function rooms(folder: string): string[] {
  const entries = readdirSync(new URL(folder, ROOT), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() && entry.name !== 'build' ? [entry.name] : [])).sort();
}

/** The rooms below a line that begins with the folder, up to the next folder. */
function listed(folder: string): string[] {
  const tree = new RegExp(`^${folder}/.*\\n((?:  .*\\n)+)`, 'm').exec(page)?.[1] ?? '';
  return [...tree.matchAll(/^ {2}(\w+)\/ /gm)].map(([, room = '']) => room).sort();
}

test('docs/architecture.md has every room of src/ and native/', () => {
  for (const folder of ['src', 'native']) assert.deepEqual(listed(folder), rooms(folder), folder);
});
