import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { recipeFor } from '../../helpers/recipe.ts';

const fixtures = new URL('../../fixtures/', import.meta.url);
const page = readFileSync(new URL('../../../docs/controllers.md', import.meta.url), 'utf8');

/** Without what the tests set: flags, prompts, counts and addresses. */
function shape(text: string): string {
  return text.replaceAll(
    /"[^"]*"|RTPPROXY_SOCKET|DISABLE_SECONDS|NOTIFY_SOCKET|AUTOBRIDGE|\$hdr\([^)]*\)|-?\b\d+\b/g,
    '_',
  );
}

function linesOf(name: string): Set<string> {
  const text = readFileSync(new URL(name, fixtures), 'utf8');
  return new Set(text.split('\n').map((line) => shape(line.trim())));
}

test('every line of the Kamailio recipe is one of the tested configuration', () => {
  const tested = linesOf('kamailio.cfg');
  for (const line of recipeFor('kamailio').split('\n')) assert.ok(tested.has(shape(line.trim())), line);
});

for (const [server, fixture] of [
  ['Kamailio', 'kamailio-controls.cfg'],
  ['OpenSIPS', 'opensips.cfg'],
] as const) {
  test(`what ${server} can be asked for besides is in the tested configuration`, () => {
    const tested = shape(readFileSync(new URL(fixture, fixtures), 'utf8'));
    const section = page.split(/^## /m).find((part) => part.startsWith(server)) ?? '';
    const calls = [...section.matchAll(/`(\w+\([^`]*\));?`/g)].map(([, call = '']) => shape(call));
    assert.ok(calls.length >= 6, `${calls}`);
    for (const call of calls) assert.ok(tested.includes(call), call);
  });
}
