import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';

const PROGRAM = fileURLToPath(new URL('support/forbidden-directory.ts', import.meta.url));
/** Without this capability the permissions of files count for root too. */
const DROP = ['--bounding-set=-dac_override', '--inh-caps=-dac_override'];

test('in a directory that is forbidden no recording begins, calls go on, and those that have begun end as they should', {
  skip: canUnshare() && spawnSync('setpriv', [...DROP, 'true']).status === 0 ? false : 'privileges cannot be given up',
}, async (t) => {
  const top = temporaryDirectory(t);
  for (const name of ['rec', 'spool']) mkdirSync(join(top, name));
  await runInNamespace([`set -- setpriv ${DROP.join(' ')} "$@"`], PROGRAM, [top]);
});
