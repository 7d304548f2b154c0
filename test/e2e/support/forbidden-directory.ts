// Records into directories that become forbidden: forbidden-directory.ts TOP, with the directories `rec` and `spool` in it.
import assert from 'node:assert/strict';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestScope } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';
import { packetsOf, startCall, talk, written } from './recorded-call.ts';
import { HOST, startRelay } from './relay.ts';

const [, , top = ''] = process.argv;
const rec = join(top, 'rec');
const spool = join(top, 'spool');

async function withoutSpool(scope: TestScope): Promise<void> {
  const { control, daemon } = await startRelay(scope, ['-l', HOST, '-r', rec, '-R']);
  const recorded = await startCall(scope, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  const first = await talk(recorded);
  await written(rec, 'c=from.o.rtp', 3);

  chmodSync(rec, 0o555);
  const refused = await startCall(scope, control, 'd');
  assert.equal(await control.command('R d from to'), 'E50\n');
  await talk(refused);
  const second = await talk(recorded);
  await control.command('X');
  await written(rec, 'c=from.o.rtp', 6);
  assert.deepEqual(packetsOf(rec, 'c=from.o.rtp'), [...first.caller.rtp, ...second.caller.rtp]);
  assert.deepEqual(readdirSync(rec), ['c=from.o.rtp']);
  assert.match(daemon.stderr(), /^ERR:d:recorder:0: can't start recording: open [^ ]+: Permission denied \(13\)\n$/);
}

async function withSpool(scope: TestScope): Promise<void> {
  const { control, daemon } = await startRelay(scope, ['-l', HOST, '-r', rec, '-S', spool, '-R']);
  const call = await startCall(scope, control, 'e');
  assert.equal(await control.command('R e from to'), '0\n');
  const said = await talk(call);
  await control.command('D e from to');
  await until(() => daemon.stderr().includes(':e:recording:'), 5000, 'the complaint');
  assert.deepEqual(packetsOf(spool, 'e=from.o.rtp'), said.caller.rtp);
  const [atStart = '', atEnd = ''] = daemon.stderr().split(/(?<=\n)/);
  assert.match(atStart, /^ERR:GLOBAL:daemon:0: -r: nothing can be recorded in [^\n]*: Permission denied \(13\)\n$/);
  assert.match(atEnd, /^ERR:e:recording:0: can't move session record from spool [^\n]*Permission denied \(13\)\n$/);
}

for (const part of [withoutSpool, withSpool]) {
  const steps: (() => Promise<void>)[] = [];
  try {
    await part({ after: (step) => steps.push(step) });
  } finally {
    for (const step of steps) await step();
  }
}
