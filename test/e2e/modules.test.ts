import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type TestScope, temporaryDirectory } from '../helpers/cleanup.ts';
import { type ControlClient, unixClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { BUILT, runCommand, startCommand } from './support/process.ts';
import { HOST, portIn } from './support/relay.ts';

const EXAMPLE = fileURLToPath(new URL('../fixtures/modules/call-notes', import.meta.url));
/** Fails in the hook, or in the timer, that a command names. */
const FRAGILE = `
let atLoad;
setInterval(() => atLoad?.(), 5).unref();
export default {
  name: 'fragile',
  id: 101,
  create: () => ({
    subCommand: ({ args: [where] }) => {
      const fail = () => { throw new Error('it broke: ' + where); };
      if (where === 'hook') fail();
      if (where === 'timer') setTimeout(fail, 1);
      if (where === 'promise') Promise.resolve().then(fail);
      if (where === 'microtask') queueMicrotask(fail);
      if (where === 'loading') atLoad = fail;
      return undefined;
    },
    stop() {},
  }),
};`;

/** Looks at packets of every call that names it, and fails at the end of one. */
const WATCHER = `
export default {
  name: 'watcher',
  id: 102,
  hooks: { rtcp: true, payloadTypes: true },
  create: (settings, services) => ({
    subCommand: ({ session }) => {
      for (const leg of [0, 1]) services.watchPayloads(session, leg, [101], [101]);
      return undefined;
    },
    sessionEnded: () => { throw new Error('it broke at the end'); },
    stop() { services.log('WARN', 'stopped'); },
  }),
};`;
const WATCHER_FAILS = /^ERR:GLOBAL:modules:0: module 'watcher' is disabled: sessionEnded: it broke at the end$/m;

interface Running {
  readonly control: ControlClient;
  stderr(): string;
  stop(): Promise<{ readonly code: number | null }>;
}

/** A folder to start a daemon in, with the example among its packages. */
function workplace(t: TestScope): string {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'node_modules'));
  cpSync(EXAMPLE, join(directory, 'node_modules', 'call-notes'), { recursive: true });
  writeFileSync(join(directory, 'fragile.mjs'), FRAGILE);
  writeFileSync(join(directory, 'watcher.mjs'), WATCHER);
  return directory;
}

async function start(t: TestScope, directory: string, args: readonly string[]): Promise<Running> {
  const common = ['-f', '-F', '-p', 'pid', '-d', 'info', '-s', 'unix:control', '-l', HOST];
  const daemon = await startCommand(t, [...common, ...args], { directory });
  await until(() => daemon.stderr().includes(' listens: ') || daemon.exit() !== undefined, 20_000, 'start');
  assert.equal(daemon.exit(), undefined, daemon.stderr());
  return { control: unixClient(join(directory, 'control')), stderr: daemon.stderr, stop: () => daemon.stop() };
}

test('the example module of docs/modules.md: settings, commands, ended calls, the end', async (t) => {
  const directory = workplace(t);
  writeFileSync(join(directory, 'conf'), 'modules { notes { load = "call-notes"; limit = 20 } }');
  const { control, stderr, stop } = await start(t, directory, ['--config', 'conf']);
  const create = `U call ${HOST} 4000 from`;
  portIn(await control.command(`${create} && M100:1 a good call`));
  assert.match(await control.command(`${create} && M100:1`), /^\d+ \S+ && a good call\n$/);
  assert.match(await control.command(`${create} && M100:1 a note that is much too long && D`), / && -1\n$/);
  assert.equal(await control.command(`${create} && M100:2`), 'E3\n');
  assert.equal(await control.command('D call from'), '0\n');
  await until(() => stderr().includes('a good call: deleted after '), 5000, 'end of the call');
  assert.match(stderr(), /^WARN:call:call_notes:0: a good call: deleted after \d+\.\d s, 0 reports$/m);
  assert.equal((await stop()).code, 0);
  assert.match(stderr(), /^WARN:GLOBAL:call_notes:0: no more notes$/m);
  // How packages are found is no matter of operators.
  assert.doesNotMatch(stderr(), /ExperimentalWarning/);
});

test('a module that fails in a hook, a timer, a promise or a microtask is disabled, and the daemon goes on', async (t) => {
  const directory = workplace(t);
  for (const where of ['hook', 'timer', 'promise', 'microtask', 'loading']) {
    const { control, stderr, stop } = await start(t, directory, [
      '--module',
      './fragile.mjs',
      '--module',
      'call-notes',
    ]);
    const first = await control.command(`U call ${HOST} 4000 from && M101:1 ${where}`);
    assert.match(first, where === 'hook' ? /^\d+ \S+ && -1\n$/ : /^\d+ \S+\n$/);
    await until(() => stderr().includes('is disabled'), 5000, where);
    assert.match(
      stderr(),
      new RegExp(`^ERR:GLOBAL:modules:0: module 'fragile' is disabled: .*: it broke: ${where}$`, 'm'),
    );
    assert.match(await control.command(`U call ${HOST} 4000 from && M101:1 again`), / && -1\n$/);
    assert.match(await control.command(`U call ${HOST} 4000 from && M100:1 fine && M100:1`), / && 0 && fine\n$/);
    assert.equal((await stop()).code, 0);
  }
});

test('a module that fails when calls end together takes neither the others nor the end of the daemon with it', async (t) => {
  const directory = workplace(t);
  for (const end of ['X', 'signal']) {
    const { control, stderr, stop } = await start(t, directory, ['--workers=2', '--module', './watcher.mjs']);
    // The workers come back with their calls one after the other: those of the second are still under way at the failure.
    for (let call = 1; call <= 8; call++) portIn(await control.command(`U call${call} ${HOST} 4000 from && M102:1`));
    if (end === 'X') {
      assert.equal(await control.command('X'), '0\n');
      await until(() => stderr().includes('is disabled'), 5000, 'the failure');
      portIn(await control.command(`U more ${HOST} 4000 from`));
      assert.equal(await control.command('G nsess_created'), '9\n');
    }
    assert.equal((await stop()).code, 0, stderr());
    assert.match(stderr(), WATCHER_FAILS);
    assert.match(stderr(), /^WARN:GLOBAL:watcher:0: stopped$/m);
    assert.match(stderr(), /rtpproxy ended$/m);
    assert.doesNotMatch(stderr(), /CRIT|may still be shown/);
  }
});

test('a signal ends a daemon that waits for a module to start', async (t) => {
  const directory = workplace(t);
  const create = 'create() { console.error("create"); return new Promise(() => {}); }';
  writeFileSync(join(directory, 'never.mjs'), `export default { name: 'never', id: 101, ${create} };`);
  const args = ['-f', '-F', '-p', 'pid', '-s', 'unix:control', '-l', HOST, '--module', './never.mjs'];
  const daemon = await startCommand(t, args, { directory });
  await until(() => daemon.stderr().includes('create\n'), 20_000, 'start of the module');
  assert.equal((await daemon.stop()).code, 0);
});

test('--check and a start tell what is wrong with a module, --check starts none', async (t) => {
  const directory = workplace(t);
  writeFileSync(join(directory, 'bad'), 'modules {\n notes { load = "call-notes"; limit = none }\n}');
  writeFileSync(join(directory, 'good'), 'modules {\n notes { load = "call-notes"; limit = 5 }\n}');
  const line = "rtpproxy: BAD:2: limit 'none' is no number from 1 on\n".replace('BAD', join(directory, 'bad'));
  const ends = ['Config parsing issue in section notes', 'parse_modules() failed', 'rtpp_cfile_process() failed'];
  const refusal = line + ends.map((end) => `rtpproxy: ${end}\n`).join('');
  const run = (...args: string[]) => runCommand(t, ['-f', '-F', '-s', 'unix:control', ...args], { directory });
  for (const check of [['--check'], []]) {
    const { code, stderr } = await run('--config', 'bad', ...check);
    assert.deepEqual([code, stderr], [1, refusal]);
  }
  const args = [BUILT, '-f', '-F', '--config', 'good', '--module', './fragile.mjs', '--check'];
  assert.match(
    execFileSync(process.execPath, args, { cwd: directory, encoding: 'utf8' }),
    /^module = "\.\/fragile\.mjs"\nmodules \{\n {2}"notes" \{\n {4}load = "call-notes"\n {4}limit = 5\n {2}\}\n\}\n$/m,
  );
});
