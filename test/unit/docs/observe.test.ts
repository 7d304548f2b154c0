import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FAMILIES } from '../../../src/metrics/families.ts';
import { callView, FakeCalls, legView } from '../../helpers/fake-calls.ts';

const ROOT = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/observe.md', ROOT), 'utf8');
const dashboard = readFileSync(new URL('docs/grafana/rtpproxy.json', ROOT), 'utf8');

/** The names in backquotes in the first column of the tables between two headings. */
function documented(from: string, to: string): string[] {
  const part = page.slice(page.indexOf(`\n${from}\n`), page.indexOf(`\n${to}\n`));
  const cells = [...part.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)).sort();
}

test('docs/observe.md has every key of a call, and no other', () => {
  const keys = [...Object.keys(callView('1')), ...Object.keys(legView({}))];
  assert.deepEqual(documented('## Calls', '### Totals'), keys.sort());
  assert.deepEqual(documented('### Totals', '## Events'), Object.keys(new FakeCalls().totals()).sort());
});

test('docs/observe.md has every metric with its type, and no other', () => {
  assert.deepEqual(documented('## Metrics', '## Prometheus and Grafana'), FAMILIES.map(({ name }) => name).sort());
  for (const { name, type } of FAMILIES) assert(page.includes(`| \`${name}\` | ${type} |`), name);
});

test('the dashboard asks for metrics that there are, and for all that tell of calls and packets', () => {
  const names = new Set(dashboard.match(/rtpproxy_\w+/g));
  const known = FAMILIES.flatMap(({ name, type }) => (type === 'histogram' ? [`${name}_bucket`] : [name]));
  assert.deepEqual(
    [...names].filter((name) => !known.includes(name)),
    [],
  );
  const shown = known.filter((name) => names.has(name));
  assert(shown.length >= 25, `${shown.length} of ${known.length} metrics`);
});

test('the pages for operators name metrics that there are', () => {
  const known = FAMILIES.map(({ name }) => name);
  for (const name of ['capacity', 'operate', 'quality', 'troubleshooting']) {
    const text = readFileSync(new URL(`docs/${name}.md`, ROOT), 'utf8');
    const named = text.match(/\brtpproxy_[a-z_]+/g) ?? [];
    assert.deepEqual(
      named.filter((word) => !known.includes(word) && word !== 'rtpproxy_manage'),
      [],
      name,
    );
  }
});
