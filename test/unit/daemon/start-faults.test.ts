import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildConfig } from '../../../src/config/config.ts';
import { newDraft } from '../../../src/config/config-draft.ts';
import { parseNotifyTarget } from '../../../src/config/notify-target.ts';
import { startFaults } from '../../../src/daemon/start-faults.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';

interface Given {
  readonly listen?: readonly string[];
  readonly record?: string;
  readonly spool?: string;
  readonly controls?: readonly string[];
  readonly notify?: readonly string[];
  readonly callRecords?: string;
  readonly done?: string;
}

async function faults({ listen = ['127.0.0.1'], record, spool, controls = [], notify = [], callRecords, done }: Given) {
  const draft = newDraft();
  draft.callRecords = callRecords;
  if (done !== undefined) draft.recordingDone = [done, 'x'];
  draft.controls.push(...controls);
  draft.notifyTargets.push(...notify.map(parseNotifyTarget));
  for (const host of listen) draft.listen.push({ text: host, family: host.includes(':') ? 6 : 4 });
  draft.recordDirectory = record;
  draft.spoolDirectory = spool;
  return startFaults(await buildConfig(draft, { uid: 1000, processors: 1, warn: () => undefined }));
}

test('addresses that can be bound and directories that can be written are no faults', async (t) => {
  const directory = temporaryDirectory(t);
  assert.deepEqual(await faults({ listen: ['*', 'a@127.0.0.99'], record: directory, spool: directory }), []);
  assert.deepEqual(await faults({ listen: ['::'] }), []);
});

test('an address of another host is a fault', async () => {
  for (const host of ['192.0.2.1', '2001:db8::1']) {
    const [line = '', ...others] = await faults({ listen: ['*', `far@${host}`] });
    assert.ok(line.startsWith(`listen address ${host} does not belong to this host`), line);
    assert.deepEqual(others, []);
  }
});

test('directories that are missing or are none are faults, each by its option', async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'file');
  writeFileSync(file, '');
  mkdirSync(join(directory, 'there'));
  assert.deepEqual(await faults({ record: join(directory, 'missing'), spool: file }), [
    `-r: nothing can be recorded in ${directory}/missing: No such file or directory (2)`,
    `-S: nothing can be recorded in ${file}: Not a directory`,
  ]);
  assert.deepEqual(await faults({ record: join(directory, 'there'), spool: join(file, 'x') }), [
    `-S: nothing can be recorded in ${file}/x: Not a directory (20)`,
  ]);
});

test('a program that cannot be run is a fault', async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'data'), '', { mode: 0o644 });
  assert.deepEqual(await faults({ record: directory, done: '/bin/sh' }), []);
  const line = async (done: string) => (await faults({ record: directory, done })).join('\n');
  assert.equal(await line(directory), `--recording-done: ${directory} cannot be run: not a regular file`);
  const [data, none] = [join(directory, 'data'), join(directory, 'none')];
  assert.equal(await line(data), `--recording-done: ${data} cannot be run: Permission denied (13)`);
  assert.equal(await line(none), `--recording-done: ${none} cannot be run: No such file or directory (2)`);
});

test('call records that cannot be written are a fault', async (t) => {
  const directory = temporaryDirectory(t);
  for (const fine of ['syslog', join(directory, 'calls')]) assert.deepEqual(await faults({ callRecords: fine }), []);
  const lines = await Promise.all(
    [directory, join(directory, 'missing', 'calls')].map((callRecords) => faults({ callRecords })),
  );
  assert.deepEqual(lines.flat(), [
    `--call-records: nothing can be written to ${directory}: Is a directory`,
    `--call-records: nothing can be written to ${directory}/missing/calls: No such file or directory (2)`,
  ]);
});

test('a socket of an unknown kind is a fault, as it is taken for a path', async () => {
  const controls = ['a', '/a:b', './a:b', 'unix:a', 'cunix:a', 'udp:*', 'udp6:*', 'tcp:*', 'tcp6:*', 'systemd:'];
  assert.deepEqual(await faults({ controls, notify: ['/a:b', 'unix:a', 'tcp:127.0.0.1:5'] }), []);
  const lines = await faults({ controls: ['upd:*', 'UDP:*'], notify: ['udp:127.0.0.1:5', 'cunix:/x'] });
  assert.deepEqual(
    lines.map((line) => line.split(' is taken ')[0]),
    ['-s: upd:*', '-s: UDP:*', '-n: udp:127.0.0.1:5', '-n: cunix:/x'],
  );
});
