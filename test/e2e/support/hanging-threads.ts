// Has all that the daemon writes on one disk, which stops answering: hanging-threads.ts TOP [spool], in a mount namespace of its own.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { within } from '../../helpers/deadline.ts';
import { hang } from './hanging-mount.ts';
import { startCall } from './recorded-call.ts';
import { HOST, startRelay } from './relay.ts';

const [, , top = '', spooled] = process.argv;
const DEADLINE_MS = 5000;
/** The daemon gives the disk five seconds at its end, for recordings, modules and records. */
const END_MS = 25_000;
/** More files than there are threads. */
const RECORDED = Array.from({ length: 15 }, (_, n) => `c${n}`);
/** Until what ends has all the threads that it can get. */
const PAUSE_MS = 50;

const steps: (() => Promise<void>)[] = [];
const scope = { after: (step: () => Promise<void>) => steps.push(step) };
try {
  const [disk, prompts] = [join(top, 'disk'), join(top, 'prompts')];
  const [rec, spool] = [join(disk, 'rec'), join(disk, 'spool')];
  for (const directory of [disk, prompts, rec, spool]) mkdirSync(directory);
  const records = [`--call-records=${disk}/calls`, '--module=acct_csv'];
  const args = ['-l', HOST, '-r', rec, ...records, ...(spooled === undefined ? [] : ['-S', spool])];
  // acct_csv writes into the directory of the start.
  const { control, daemon } = await startRelay(scope, args, { launcher: ['/usr/bin/env', '-C', disk] });
  for (const id of [...RECORDED, 'other', 'late']) await startCall(scope, control, id);
  for (const id of RECORDED) assert.equal(await control.command(`R ${id} from to`), '0\n');
  const server = hang(disk);

  const answered = async (): Promise<void> => {
    for (const id of RECORDED) {
      assert.equal(await control.command(`D ${id} from to`), '0\n');
      await delay(PAUSE_MS);
      assert.equal(await control.command(`P other ${prompts}/none 0 from to`), 'E60\n');
    }
    control.command('R late from to').catch(() => undefined);
    await delay(PAUSE_MS);
    assert.equal(await control.command(`P other ${prompts}/none 0 from to`), 'E60\n');
  };
  await within(answered(), DEADLINE_MS, 'a prompt of another disk');

  process.kill(daemon.pid, 'SIGTERM');
  const { code } = await within(daemon.exited, END_MS, 'end of the daemon');
  assert.equal(code, 0);
  server();
} finally {
  for (const step of steps) await step();
}
