import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RULES } from '../../../src/calls/explain.ts';
import { CTL_COMMANDS, CTL_OPTIONS } from '../../../src/cli/ctl-options.ts';
import { OPTIONS } from '../../../src/config/options.ts';
import { ERRORS } from '../../../src/protocol/errors.ts';

const PAGE = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');

test('the table of rules has all of them, in the order in which they are told', () => {
  const [, table = ''] = PAGE.split('| rule | severity |');
  const rows = [...table.matchAll(/^\| `([a-z-]+)` \| ((?:problem|info)(?:, (?:problem|info))?) \| .{20}/gm)];
  assert.deepEqual(
    rows.map(([, name]) => name),
    RULES.map(({ name }) => name),
  );
});

test('metrics that the page names exist', () => {
  const source = readFileSync(new URL('../../../src/metrics/families.ts', import.meta.url), 'utf8');
  for (const [, name = ''] of PAGE.matchAll(/`(rtpproxy_\w+)`/g)) assert.ok(source.includes(`'${name}'`), name);
});

test('rules, error codes, options and commands that the page names exist', () => {
  const known = new Set(RULES.map(({ name }) => name));
  for (const [, name = ''] of PAGE.matchAll(/\| `([a-z]+-[a-z-]+)`/g)) assert.ok(known.has(name), name);
  const codes = new Set(Object.values(ERRORS).map(({ code }) => `E${code}`));
  for (const [, code = ''] of PAGE.matchAll(/`(E\d+)`/g)) assert.ok(codes.has(code), code);
  const options = new Set([...OPTIONS, ...CTL_OPTIONS].map(({ long }) => long));
  for (const [, name = ''] of PAGE.matchAll(/(?<![\w-])--([a-z][\w-]*)/g)) assert.ok(options.has(name), name);
  const commands = new Set<string>(CTL_COMMANDS.map(({ name }) => name));
  for (const [, name = ''] of PAGE.matchAll(/rtpp-ctl (\w+)/g)) assert.ok(commands.has(name), name);
});
