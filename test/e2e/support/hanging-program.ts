// Has a program of --recording-done on a disk that stops answering: hanging-program.ts TOP, in a mount namespace of its own.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../../helpers/deadline.ts';
import { hang } from './hanging-mount.ts';
import { startCall, talk } from './recorded-call.ts';
import { HOST, startRelay, untilLogged } from './relay.ts';

const [, , top = ''] = process.argv;
const DEADLINE_MS = 10_000;
/** The daemon gives programs seven seconds at its end. */
const END_MS = 15_000;

const steps: (() => Promise<void>)[] = [];
const scope = { after: (step: () => Promise<void>) => steps.push(step) };
try {
  const [rec, programs] = [join(top, 'rec'), join(top, 'programs')];
  for (const directory of [rec, programs]) mkdirSync(directory);
  const program = join(programs, 'true');
  copyFileSync('/bin/true', program);
  const { control, daemon } = await startRelay(scope, ['-l', HOST, '-r', rec, '-R', `--recording-done=${program}`]);
  const server = hang(programs);
  const talking = await startCall(scope, control, 'other');
  for (let round = 0; round < 20; round++) {
    const id = `c${round}`;
    const call = await startCall(scope, control, id);
    assert.equal(await control.command(`R ${id} from to`), '0\n');
    await within(talk(call), DEADLINE_MS, 'a recorded call');
    assert.equal(await within(control.command(`D ${id} from to`), DEADLINE_MS, 'its end'), '0\n');
    await talk(talking);
  }
  // The line about it comes after five seconds.
  await within(
    (async () => {
      while (!/does not start: the disk does not answer/.test(daemon.stderr())) {
        await talk(talking);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })(),
    DEADLINE_MS,
    'the complaint',
  );
  await untilLogged(daemon, /the disk does not answer$/m);
  process.kill(daemon.pid, 'SIGTERM');
  const { code } = await within(daemon.exited, END_MS, 'end of the daemon');
  assert.equal(code, 0);
  server();
} finally {
  for (const step of steps) await step();
}
