import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { daemonCommand } from '../daemon.ts';
import { runCampaign } from './campaign.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { CommandGenerator, type GeneratorOptions, type TestCommand } from './generator.ts';
import { KNOWN } from './known.ts';
import { shrink } from './shrink.ts';

const OPTIONS: GeneratorOptions = { bridge: true, deleteAll: true, datagrams: true, notify: true };
const MANY = 3000;

function commands(seed: number, options = OPTIONS): TestCommand[] {
  const generator = new CommandGenerator(seed, options);
  return Array.from({ length: MANY }, () => generator.next());
}

test('the same seed gives the same commands, another one others', () => {
  assert.deepEqual(commands(7), commands(7));
  assert.notDeepEqual(commands(7), commands(8));
});

test('the commands have every verb, fit a datagram, and some are sent again', () => {
  const list = commands(1);
  const verbs = new Set(list.map(({ body }) => body.trimStart().charAt(0).toUpperCase()));
  for (const verb of 'ULDPSRCNQGIVX') assert.ok(verbs.has(verb), verb);
  for (const { body, number, repeats, bare } of list) {
    assert.ok(/^[\0-\xff]*$/s.test(body) && body.length < 60_000);
    assert.ok(bare || /^[ \t\r\n]/.test(body), 'something parts the cookie from the command');
    assert.ok(repeats === undefined || (repeats >= 0 && repeats < number));
  }
  assert.ok(list.some(({ bare }) => bare));
  assert.ok(list.some(({ repeats }) => repeats !== undefined));
});

test('what is not wanted is not made', () => {
  const list = commands(2, { ...OPTIONS, deleteAll: false });
  assert.ok(!list.some(({ body }) => /^ X\s*$/i.test(body)));
});

test('each known difference has its row in the table of differences', () => {
  const document = readFileSync(new URL('../../../docs/compatibility.md', import.meta.url), 'utf8');
  for (const { row } of KNOWN) assert.ok(document.includes(`\n| ${row} |`), row);
});

test('lines hold no LF and have no cookies', () => {
  for (const { body, repeats, cookieLength } of commands(4, { ...OPTIONS, datagrams: false })) {
    assert.ok(!body.includes('\n') && repeats === undefined && cookieLength === 0);
  }
});

test('a command that is sent again is the same as before, and no cookie is so long that the C daemon would end', () => {
  const list = commands(5);
  for (const { body, cookieLength, repeats } of list) {
    assert.ok(cookieLength <= 1000);
    if (repeats === undefined) continue;
    assert.equal(cookieLength, list[repeats]?.cookieLength);
    assert.equal(body, list[repeats]?.body);
    assert.equal(list[repeats]?.repeats, undefined);
  }
});

test('a history is shortened to what is needed', async () => {
  const [last, ...history] = commands(3).slice(0, 60).reverse();
  assert.ok(last !== undefined);
  history.reverse();
  const needed = [history[5], history[40]];
  const reproduces = async (list: readonly TestCommand[]) =>
    list.at(-1) === last && needed.every((command) => command !== undefined && list.includes(command));
  assert.deepEqual(await shrink(history, last, reproduces, 200), [...needed, last]);
  assert.equal(await shrink(history, last, async () => false, 200), undefined);
});

test('the daemon agrees with itself', { timeout: 120_000 }, async () => {
  const programs = { reference: daemonCommand(), ours: daemonCommand() };
  const configurations = CONFIGURATIONS.filter(({ name }) =>
    ['plain', 'bridge', 'few-ports', 'unix', 'cunix'].includes(name),
  );
  const options = { programs, configurations, seed: 1, count: 100, trials: 0, progress: () => {} };
  const findings = await runCampaign(options);
  assert.equal(findings.commands, 500);
  assert.equal(findings.total, 0, findings.lines().join('\n'));
});
