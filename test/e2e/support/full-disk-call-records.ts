// Records of calls on a disk that becomes full: full-disk-call-records.ts DIRECTORY, which is a small file system of its own.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallRecord } from '../../../src/calls/record.ts';
import { until } from '../../helpers/deadline.ts';
import { HOST, startRelay } from './relay.ts';

const [, , directory = ''] = process.argv;
const ballast = join(directory, 'ballast');
const path = join(directory, 'calls');

/** Takes all the room that is left. */
function fill(): void {
  try {
    for (;;) writeFileSync(ballast, Buffer.alloc(4096), { flag: 'a' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

/** Those of whole lines: a full disk may have taken a part of one that is just being cut off. */
function records(): CallRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'latin1').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as CallRecord);
}

const steps: (() => Promise<void>)[] = [];
const scope = { after: (step: () => Promise<void>) => steps.push(step) };
try {
  const { control, daemon } = await startRelay(scope, ['-l', HOST, `--call-records=${path}`], { logLevel: 'info' });
  const call = async (id: string): Promise<void> => {
    await control.command(`U ${id} ${HOST} 4000 from`);
    assert.equal(await control.command(`D ${id} from`), '0\n');
  };
  const lost = async (): Promise<number> => Number(await control.command('G nrecs_lost'));
  await call('first');
  await until(() => records().length === 1, 5000, 'the first record');

  fill();
  // More than what may be left of the last block.
  for (let count = 0; count < 20; count++) await call(`middle-${count}`);
  await until(async () => records().length + (await lost()) === 21, 5000, 'written or counted');
  assert.ok((await lost()) > 10);

  rmSync(ballast);
  await call('last');
  await until(() => records().at(-1)?.call_id === 'last', 5000, 'the last record');
  assert.equal(records().length + (await lost()), 22);
  assert.ok(readFileSync(path, 'latin1').endsWith('}\n'));
  const told = daemon
    .stderr()
    .match(/^ERR:GLOBAL:call-records:0: records for \S+ are lost: No space left on device \(28\)$/gm);
  assert.equal(told?.length, 1, daemon.stderr());
  assert.match(daemon.stderr(), /call-records:0: records for \S+ are written again, \d+ were lost$/m);
} finally {
  for (const step of steps) await step();
}
