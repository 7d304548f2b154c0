import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { recipeFor } from '../../helpers/recipe.ts';

const fixtures = new URL('../../fixtures/', import.meta.url);
const page = readFileSync(new URL('../../../docs/controllers.md', import.meta.url), 'utf8');

/** Without what the tests set: flags, prompts, counts and addresses. */
function shape(text: string): string {
  return text.replaceAll(
    /"[^"]*"|RTPPROXY_SOCKET|DISABLE_SECONDS|CONTROL_URI|NOTIFY_SOCKET|AUTOBRIDGE|\$hdr\([^)]*\)|-?\b\d+\b/g,
    '_',
  );
}

function linesOf(name: string): Set<string> {
  const text = readFileSync(new URL(name, fixtures), 'utf8');
  return new Set(text.split('\n').map((line) => shape(line.trim())));
}

/** The routes of a configuration of Kamailio, but for its main one, without comments, blanks and braces. */
function routesOf(text: string): string[] {
  const code = text.replaceAll(/^#.*\n| +#.*$/gm, '').replaceAll(/[\s{}]/g, '');
  return code.split(/(?=(?:onreply_|failure_|(?<!_))route\[)/).slice(1);
}

test('every line of the Kamailio recipe is one of the tested configuration, and its routes are the same', () => {
  const tested = linesOf('kamailio.cfg');
  const recipe = recipeFor('kamailio');
  for (const line of recipe.split('\n')) assert.ok(tested.has(shape(line.trim())), line);
  const routes = routesOf(recipe);
  assert.equal(routes.length, 4);
  assert.deepEqual(routes, routesOf(readFileSync(new URL('kamailio.cfg', fixtures), 'utf8')));
});

test('the Kamailio configuration of the README is the recipe', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const section = readme.split(/^## /m).find((part) => part.startsWith('Kamailio')) ?? '';
  const short = /^```\n(.*?)^```/ms.exec(section)?.[1] ?? '';
  assert.deepEqual(routesOf(short), routesOf(recipeFor('kamailio')));
  const modules = (text: string) => text.match(/^(loadmodule|modparam)\b.*?["')](?=$| +#)/gm);
  assert.deepEqual(modules(short), modules(recipeFor('kamailio')));
});

test('the tested configuration of OpenSIPS has what the recipe needs, and asks for the same address', () => {
  const tested = linesOf('opensips.cfg');
  const [start = '', routes = ''] = recipeFor('opensips').split(/^(?=route\[relay\])/m);
  for (const line of start.split('\n')) assert.ok(tested.has(shape(line.trim())), line);
  const fixture = readFileSync(new URL('opensips.cfg', fixtures), 'utf8');
  const flags = /^route\[flags\] \{\n {4}(if \(nat_uac_test.*?)^\}/ms.exec(routes)?.[1];
  assert.ok(flags !== undefined && fixture.includes(flags), flags);
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

test('the recipes for digits are in the tested configurations', () => {
  const section = page.split(/^## /m).find((part) => part.startsWith('Digits')) ?? '';
  for (const [server, fixture] of [
    ['opensips', 'opensips.cfg'],
    ['kamailio', 'kamailio-controls.cfg'],
  ] as const) {
    const recipe = new RegExp(`^\`\`\`${server}\\n(.*?)^\`\`\``, 'ms').exec(section)?.[1] ?? '';
    const tested = linesOf(fixture);
    const lines = recipe.split('\n');
    assert.ok(lines.length > 4);
    for (const line of lines) assert.ok(tested.has(shape(line.trim())), line);
  }
});
