import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BUILT } from '../../e2e/support/process.ts';
import { startProcess } from '../../helpers/child-process.ts';
import { within } from '../../helpers/deadline.ts';

// Scenarios that were recorded from the modules of the C daemon, with their own player (see its head). Steps in which the C daemon has a
// defect are held to what is right.

const GOLDEN = fileURLToPath(new URL('../../fixtures/modules/golden/', import.meta.url));
/** The longest has 26 starts of a daemon, on a machine that does something else too. */
const PATIENCE_MS = 280_000;
/** How modules are named on the command line: as for the C daemon, and by our own option. */
const NAMINGS = ['--dso rtpp_{name}.so', '--module {name}'];

/**
 * In these a source on the host of a party sends while the party is silent, and the C daemon keeps it out. By default it is heard then
 * (docs/latching.md).
 */
const COMPAT = ['csv-18-dropped.json', 'dtmf-16-early.json', 'hep-13-which-packets.json'];

/** The player tells on standard output what has failed. */
const LOUD = ['/bin/sh', '-c', 'exec "$@" >&2', 'sh'];

/** Plays the scenarios whose names begin so, each with every naming. */
export function playGolden(prefix: string): void {
  const names = readdirSync(GOLDEN).filter((name) => name.startsWith(prefix) && name.endsWith('.json'));
  // Those about loading are about the names; for all others it is enough that one of them is used with each.
  const full = process.env.RTPPROXY_TEST_SCALE === 'full' || prefix === 'load';
  for (const [index, naming] of NAMINGS.entries()) {
    describe(naming, { concurrency: 8 }, () => {
      for (const name of index === 0 || full ? names : names.slice(0, 1)) {
        test(name, async (t) => {
          const latch = COMPAT.includes(name) ? ' --latch=compat' : '';
          const daemon = `${process.execPath} ${BUILT} -f -F -s {sock} -p {tmp}/pid${latch}`;
          const player = [
            `${GOLDEN}replay-modules.mjs`,
            '--spawn',
            daemon,
            '--module-arg',
            naming,
            '--quirks',
            'right',
          ];
          const run = await startProcess(t, [...LOUD, process.execPath, ...player, GOLDEN + name], { cwd: GOLDEN });
          const { code } = await within(run.exited, PATIENCE_MS, name);
          assert.equal(code, 0, run.stderr());
        });
      }
    });
  }
}
