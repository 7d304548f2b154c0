import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configKey, optionName } from '../../../src/config/option.ts';
import { OPTIONS } from '../../../src/config/options.ts';

test('docs/migrate.md names every option, and the keys of those that the C daemon has', () => {
  const page = readFileSync(new URL('../../../docs/migrate.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `-'));
  for (const option of OPTIONS) {
    const name = optionName(option);
    const pattern = new RegExp(`\`${name}\\b`);
    assert.match(page, pattern, name);
    const key = configKey(option);
    const row = rows.find((line) => pattern.test(line.split(' | ')[0] ?? ''));
    if (option.short === undefined || key === undefined || row === undefined) continue;
    assert.ok(row.includes(`\`${key}\``), `${name} has the key ${key}`);
  }
});
