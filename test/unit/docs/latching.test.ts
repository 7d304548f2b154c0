import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LATCH_RULES } from '../../../src/addon/contract.ts';

// docs/latching.md and the log have the rules of native/latch/rules.h, word by word.

/** One row of `kLatchRules`. */
interface Rule {
  readonly name: string;
  readonly needs: readonly string[];
  readonly excludes: readonly string[];
  readonly silenceMs: number;
  readonly packets: string;
  /** What is said of the packets. */
  readonly counted: string;
  readonly rare: boolean;
  readonly lone: boolean;
}

const source = read('native/latch/rules.h');
const page = read('docs/latching.md');

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

function constant(text: string): number {
  const value = /^k\w+$/.test(text) ? new RegExp(`${text} = ([\\d']+);`).exec(source)?.[1] : text;
  return Number(value?.replaceAll("'", ''));
}

function facts(text: string): string[] {
  return text === '0' ? [] : text.split(' | ').sort(inOrder);
}

/** As they are declared. */
function inOrder(a: string, b: string): number {
  return source.indexOf(`  ${a} = `) - source.indexOf(`  ${b} = `);
}

const ROW = /LatchRule\{"(.+)", (.+), (\w+), (\w+), (\w+), Counted::k(\w+), (true|false), (true|false)\}/g;

const COUNTED: Readonly<Record<string, string>> = {
  Burst: ' in a burst',
  Run: '',
  Alone: ' alone',
};

const rules: readonly Rule[] = [...source.matchAll(ROW)].map((row) => {
  const [name = '', needs = '', excludes = '', silence = '', packets = '', counted, rare, lone] = row.slice(1);
  return {
    ...{ name, needs: facts(needs), excludes: facts(excludes), silenceMs: constant(silence), packets },
    ...{
      counted: COUNTED[counted ?? ''] ?? assert.fail(counted),
      rare: rare === 'true',
      lone: lone === 'true',
    },
  };
});

/** `kSameHost` is "same host" in the documentation. */
function word(fact: string): string {
  if (fact === 'kPointed') return 'pointed to';
  return fact
    .slice(1)
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();
}

function row(rule: Rule): string {
  const asks = [...rule.needs.map(word), ...rule.excludes.map((fact) => `not ${word(fact)}`)].join(', ');
  const packets = rule.packets === 'kNoCount' ? '-' : `${constant(rule.packets)}${rule.counted}`;
  const or = [rule.rare ? 'two rare' : '', rule.lone ? 'a lone one' : ''].filter((text) => text !== '').join(', ');
  const silent = rule.silenceMs === 0 ? '-' : `${rule.silenceMs / 1000} s`;
  return `| ${rule.name} | ${asks} | ${silent} | ${packets} | ${or || '-'} |`;
}

test('the page has the rules of the code, in their order', () => {
  assert.ok(rules.length > 10);
  const table = page.slice(page.indexOf('| rule | asks for |')).split('\n\n')[0]?.split('\n').slice(2);
  assert.deepEqual(table, rules.map(row));
});

test('the page explains every word', () => {
  const words = new Set(rules.flatMap(({ needs, excludes }) => [...needs, ...excludes]).map(word));
  for (const one of words) assert.ok(page.includes(`\n| ${one} | `), one);
});

test('the log knows the rules by the same names', () => {
  assert.deepEqual(
    [...LATCH_RULES],
    rules.map(({ name }) => name),
  );
});
