// Starts a daemon with a module that gives up a file on a disk that does not answer: hanging-start.ts TOP, in a mount namespace of its own.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../../helpers/deadline.ts';
import { hang } from './hanging-mount.ts';
import { startCommand } from './process.ts';
import { HOST } from './relay.ts';

const [, , top = ''] = process.argv;
const END_MS = 5000;

const steps: (() => Promise<void>)[] = [];
const scope = { after: (step: () => Promise<void>) => steps.push(step) };
try {
  const disk = join(top, 'disk');
  mkdirSync(disk);
  const create = `create() { stat('${disk}/file', () => {}); throw new Error('no file'); }`;
  const module = `import { stat } from 'node:fs'; export default { name: 'filing', id: 101, ${create} };`;
  writeFileSync(join(top, 'filing.mjs'), module);
  const server = hang(disk);
  const args = ['-f', '-F', '-p', 'pid', '-s', 'unix:control', '-l', HOST, '--module', './filing.mjs'];
  const daemon = await startCommand(scope, args, { directory: top });
  const { code } = await within(daemon.exited, END_MS, 'end of the daemon');
  assert.equal(code, 1);
  assert.match(daemon.stderr(), /^rtpproxy: filing: dymanic module start has failed: no file$/m);
  server();
} finally {
  for (const step of steps) await step();
}
