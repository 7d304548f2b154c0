import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CallRecord } from '../../src/calls/record.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { readSchema, schemaFaults } from '../helpers/json-schema.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';
import { BUILT } from './support/process.ts';
import { HOST, startRelay } from './support/relay.ts';

const SCHEMA = readSchema('call-record.schema.json');
const FULL_DISK = fileURLToPath(new URL('support/full-disk-call-records.ts', import.meta.url));

/** The records of a file, every one of them valid. */
function recordsIn(path: string): CallRecord[] {
  const lines = readFileSync(path, 'latin1').split('\n');
  assert.equal(lines.pop(), '');
  return lines.map((line) => {
    const record = JSON.parse(line) as CallRecord;
    assert.deepEqual(schemaFaults(SCHEMA, record), []);
    return record;
  });
}

test('1000 calls leave 1000 valid records, also when the file is renamed in between', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'calls');
  const { control, daemon } = await startRelay(t, ['-l', HOST, `--call-records=${path}`], { logLevel: 'warn' });
  const call = async (id: string): Promise<void> => {
    await control.command(`U ${id} ${HOST} 4000 from`);
    await control.command(`L ${id} ${HOST} 4002 from to`);
    assert.equal(await control.command(`D ${id} from to`), '0\n');
  };
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => call(`call-${50 * round + index}`)));
    // As logrotate does; with SIGURG in half of the cases.
    if (round % 4 === 1) renameSync(path, `${path}.${round}`);
    if (round % 8 === 1) process.kill(daemon.pid, 'SIGURG');
  }
  const all = (): CallRecord[] => readdirSync(directory).flatMap((name) => recordsIn(join(directory, name)));
  await until(() => all().length === 1000, 5000, 'all records');
  assert.equal(new Set(all().map(({ call_id }) => call_id)).size, 1000);
  assert.ok(readdirSync(directory).length > 4);
  assert.equal(await control.command('G nrecs_lost'), '0\n');
});

test('the end of the daemon is the end of its calls, and is on record', async (t) => {
  const path = join(temporaryDirectory(t), 'calls');
  const { control, daemon } = await startRelay(t, ['-l', HOST, '-T', '1', `--call-records=${path}`]);
  await control.command(`U silent ${HOST} 4000 from`);
  await until(() => readFileSync(path, { encoding: 'latin1', flag: 'a+' }) !== '', 5000, 'the time-out');
  await control.command(`U last ${HOST} 4000 from`);
  await daemon.stop();
  assert.deepEqual(
    recordsIn(path).map(({ call_id, end_reason, complete }) => [call_id, end_reason, complete]),
    [
      ['silent', 'timeout', false],
      ['last', 'stopped', false],
    ],
  );
});

test('with - records go to standard output', (t) => {
  const directory = temporaryDirectory(t);
  const commands = join(directory, 'commands');
  writeFileSync(commands, '');
  const args = [BUILT, '-f', '-F', '-p', 'pid', '-l', HOST, '-s', 'unix:control', '--call-records=-', '-d', 'dbug'];
  const script = `"$@" > out 2> err & pid=$!
    until [ -s pid ]; do sleep 0.05; done
    printf 'U c ${HOST} 4000 from' | timeout 5 ${process.execPath} -e '
      const s = require("net").connect("control", () => process.stdin.pipe(s, { end: false })); s.resume(); s.on("end", () => process.exit())'
    kill $pid; wait $pid`;
  const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', process.execPath, ...args], { cwd: directory });
  assert.equal(status, 0, String(stderr));
  const [record, ...others] = recordsIn(join(directory, 'out'));
  assert.deepEqual([record?.call_id, others], ['c', []]);
});

test('a file that cannot be written is told at the start, and costs nothing but records', async (t) => {
  const { control, daemon } = await startRelay(t, ['-l', HOST, '--call-records=/nowhere/calls'], { logLevel: 'warn' });
  const complaint = '--call-records: nothing can be written to /nowhere/calls: No such file or directory (2)';
  await until(() => daemon.stderr().includes(complaint), 2000, 'the complaint');
  await control.command(`U c ${HOST} 4000 from`);
  assert.equal(await control.command('D c from'), '0\n');
  await until(async () => (await control.command('G nrecs_lost')) === '1\n', 2000, 'the count');
});

test('a full disk costs records, counted, and nothing else', {
  skip: canUnshare() ? false : 'namespaces cannot be made here',
}, async (t) => {
  const directory = temporaryDirectory(t);
  await runInNamespace([`mount -t tmpfs -o size=128k none '${directory}'`], FULL_DISK, [directory]);
});
