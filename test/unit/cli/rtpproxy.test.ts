import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../../src/cli/rtpproxy.cts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; `preload` is a module that is evaluated before it. */
function rtpproxy(args: readonly string[], env: Record<string, string> = {}, preload = ''): Outcome {
  const imports = ['tsx', `data:text/javascript,${encodeURIComponent(preload)}`].flatMap((name) => ['--import', name]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...imports, ENTRY, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: 'latin1',
    timeout: 30_000,
  });
  return { code: status, out: stdout, err: stderr };
}

/** A module that runs `action` when the command has set up its handlers. */
function whenStarted(action: string): string {
  return `process.on('newListener', (name) => { if (name === 'uncaughtException') setImmediate(() => { ${action} }); });`;
}

test('an information option ends with 0, a wrong command line with 1', () => {
  assert.deepEqual(rtpproxy(['-C']), { code: 0, out: 'CLOCK_BOOTTIME\n', err: '' });
  const { code, out, err } = rtpproxy(['-x']);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /^rtpproxy: invalid option -- 'x'\nusage:\trtpproxy /);
});

test('the program behind the command is one too', () => {
  const program = fileURLToPath(new URL('../../../src/cli/rtpproxy.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--import', 'tsx', program, '-C'], { encoding: 'latin1', timeout: 30_000 });
  assert.deepEqual([run.status, run.stdout, run.stderr], [0, 'CLOCK_BOOTTIME\n', '']);
});

test('the process has the name that init scripts look for, and SIGUSR1 opens no debugger', () => {
  const report = "console.log(fs.readFileSync('/proc/self/comm', 'latin1') + process.listenerCount('SIGUSR1'));";
  const { out } = rtpproxy(['-C'], {}, `import fs from 'node:fs'; ${whenStarted(report)}`);
  assert.equal(out, 'CLOCK_BOOTTIME\nrtpproxy\n1\n');
});

test('a missing addon is one line that says what to do', () => {
  const { code, out, err } = rtpproxy(['-f', '-F', '-s', '/nonexistent/s'], { RTPPROXY_NATIVE: '/nonexistent.node' });
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /^rtpproxy: the native addon \/nonexistent\.node cannot be loaded [^\n]*npm rebuild[^\n]*\n$/);
});

test('an unhandled exception is one CRIT line, runs the exit listeners, and ends with 1', async (t) => {
  for (const action of ["throw new Error('two\\nlines');", "Promise.reject(new Error('two\\nlines'));"]) {
    await t.test(action, () => {
      const { code, out, err } = rtpproxy(
        ['-C'],
        {},
        `process.on('exit', () => console.log('bye')); ${whenStarted(action)}`,
      );
      assert.deepEqual([code, out], [1, 'CLOCK_BOOTTIME\nbye\n']);
      assert.match(err, /^CRIT:GLOBAL:rtpproxy:0: unhandled exception: Error: two\\nlines\\n {4}at [^\n]*\n$/);
    });
  }
});

test("Node's warnings do not reach stderr below their level", () => {
  const { code, err } = rtpproxy(['-C'], {}, whenStarted("process.emitWarning('careful');"));
  assert.deepEqual([code, err], [0, '']);
});

test('the file can be started as a command', () => {
  assert.match(readFileSync(ENTRY, 'latin1'), /^#!\/usr\/bin\/env node\n/);
});
