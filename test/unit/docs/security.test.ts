import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OPTIONS } from '../../../src/config/options.ts';

const ROOT = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('SECURITY.md', ROOT), 'utf8');

test('SECURITY.md names options, counters and files that there are', () => {
  const names = new Set(OPTIONS.flatMap(({ short, long }) => [`-${short}`, `--${long}`]));
  const code = [...page.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  for (const option of code.flatMap((text) => text.match(/(?<![^\s])--?[a-zA-Z][\w-]*/g) ?? [])) {
    assert.ok(names.has(option), option);
  }
  for (const [, target = ''] of page.matchAll(/\]\(([^)]+)\)/g)) assert.ok(existsSync(new URL(target, ROOT)), target);
  const counters = readFileSync(new URL('docs/commands.md', ROOT), 'utf8');
  for (const [name] of page.matchAll(/npkts_\w+/g)) assert.ok(counters.includes(`\`${name}\``), name);
});

test('SECURITY.md is in the package, and its hardening has ten points, the control socket first', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  assert(typeof manifest === 'object' && manifest !== null && 'files' in manifest && Array.isArray(manifest.files));
  assert.ok(manifest.files.includes('SECURITY.md'));
  const points = page.match(/^\d+\. .*/gm) ?? [];
  assert.equal(points.length, 10);
  assert.match(points[0] ?? '', /Unix control socket/);
});
