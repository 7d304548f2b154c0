import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import acctCsv from '../../../../src/modules/acct-csv/acct-csv.ts';
import { HEADER } from '../../../../src/modules/acct-csv/columns.ts';
import type { ModuleServices } from '../../../../src/modules/module.ts';
import { atEnd, temporaryDirectory } from '../../../helpers/cleanup.ts';
import { until } from '../../../helpers/deadline.ts';
import { testSession } from '../../session/test-session.ts';
import { endedSession } from '../ended-session.ts';

const unused = (): never => assert.fail('not asked for');

/** The module in a folder of its own, and what it tells. */
function rig(t: TestContext) {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'rtpproxy_acct.csv');
  const lines: string[] = [];
  const counts = { delivered: 0, lost: 0 };
  const services: ModuleServices = {
    label: 'acct_csv',
    startDirectory: directory,
    log: (level, text) => lines.push(`${level} ${text}`),
    sessions: unused,
    figures: unused,
    watchPayloads: unused,
    publishDtmf: unused,
    notify: unused,
    count: (what, amount = 1) => {
      counts[what] += amount;
    },
  };
  return {
    ...{ path, lines, counts },
    start: async () => acctCsv.create(new Map(), services),
    rows: () => readFileSync(path, 'latin1').slice(HEADER.length).split('\n').slice(0, -1),
  };
}

test('each session is a row, with a number that no other has', async (t) => {
  const { path, counts, start, rows } = rig(t);
  const module = await start();
  assert.equal(readFileSync(path, 'latin1'), HEADER);
  const sessions = ['a', 'b,c', 'd'].map((id) => testSession(id, 'tag'));
  for (const session of sessions) module.sessionCreated?.(session);
  for (const session of sessions) module.sessionEnded?.(endedSession({ session }));
  await module.stop();
  const begin = (uid: number) => `1.2,${hostname()},${process.pid},${uid}`;
  assert.deepEqual(
    rows().map((row) => row.split(',tag,')[0]),
    [`${begin(0)},a`, `${begin(7)},"b,c"`, `${begin(14)},d`],
  );
  assert.deepEqual(counts, { delivered: 3, lost: 0 });
});

test('what cannot be written to ends the start, with the reason', async (t) => {
  const { path, start } = rig(t);
  const failure = (what: string, reason: string) => ({ message: reason, lines: [`can't ${what}: ${reason}`] });
  mkdirSync(path);
  await assert.rejects(start, failure(`open '${path}' for writing`, 'Is a directory (21)'));
  rmdirSync(path);
  symlinkSync('/nonexistent/x.csv', path);
  await assert.rejects(start, failure(`open '${path}' for writing`, 'No such file or directory (2)'));
  rmSync(path);
  symlinkSync('/dev/full', path);
  await assert.rejects(start, failure(`write to '${path}'`, 'No space left on device (28)'));
});

test('rows that are lost are told once, and that they are written again', async (t) => {
  const { path, lines, counts, start, rows } = rig(t);
  const module = await start();
  rmSync(path);
  mkdirSync(path);
  for (const lost of [1, 2]) {
    module.sessionEnded?.(endedSession());
    await until(() => counts.lost === lost, 2000, 'lost');
  }
  rmdirSync(path);
  module.sessionEnded?.(endedSession());
  await until(() => counts.delivered === 1, 2000, 'written');
  await module.stop();
  assert.deepEqual(lines, [
    `ERR can't open '${path}' for writing: Is a directory (21); rows are lost`,
    `INFO rows are written to '${path}' again, 2 were lost`,
  ]);
  assert.equal(rows().length, 1);
});

test('rows wait for another process that has locked the file', async (t) => {
  const { path, counts, start, rows } = rig(t);
  const module = await start();
  const script = fileURLToPath(new URL('../../../contract/children/hold-lock.ts', import.meta.url));
  const other = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  atEnd(t, () => {
    other.kill('SIGKILL');
  });
  await once(other.stdout, 'data');
  module.sessionEnded?.(endedSession());
  const stopped = module.stop();
  assert.equal(rows().length, 0);
  other.stdin.end();
  await stopped;
  assert.deepEqual([rows().length, counts], [1, { delivered: 1, lost: 0 }]);
});
