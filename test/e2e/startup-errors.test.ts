import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type TestScope, temporaryDirectory } from '../helpers/cleanup.ts';
import { unixClient } from '../helpers/control-client.ts';
import { until, within } from '../helpers/deadline.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';
import { inParallel, processesOf, type RunOptions, runCommand, SUPERUSER, startCommand } from './support/process.ts';
import { HOST, portIn, startRelay, untilLogged } from './support/relay.ts';

// Starts that fail: exit code 1, the documented lines on stderr (cli.md 2 to 6), and nothing left behind.

const USAGE = 'usage:\trtpproxy [-2fvFiPaRbD] [-l addr1[/addr2]]';
/** A start that would succeed but for the arguments added to it. */
const GOOD = ['-f', '-F', '-p', 'pid', '-s', `udp:${HOST}:0`, '-l', HOST];

/** Runs a command that fails; returns what it printed. */
async function failure(scope: TestScope, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const directory = options.directory ?? temporaryDirectory(scope);
  const before = readdirSync(directory);
  const { code, signal, stderr } = await runCommand(scope, args, { ...options, directory });
  assert.deepEqual([code, signal], [1, null], stderr);
  assert.deepEqual(readdirSync(directory), before, 'files left behind');
  assert.deepEqual(processesOf(directory), [], 'processes left behind');
  return stderr;
}

test('a wrong command line is answered with its problem and the usage text', async (t) => {
  const table: readonly (readonly [readonly string[], string])[] = [
    [['-x'], "invalid option -- 'x'"],
    [['--bad'], "unrecognized option '--bad'"],
    [['-t'], "option requires an argument -- 't'"],
    [['--no'], "option '--no' is ambiguous; possibilities: '--no_resolve' '--no_redirect'"],
    [['--bridge_symmetric=1'], "option '--bridge_symmetric' doesn't allow an argument"],
    [[...GOOD, 'operand'], '1 extra unhandled argument at the end of the command line'],
    [[...GOOD, '--', '-l', HOST], '2 extra unhandled arguments at the end of the command line'],
  ];
  await inParallel(table, async ([args, text]) => {
    const [problem, usage] = (await failure(t, args)).split('\n');
    assert.equal(problem, `rtpproxy: ${text}`);
    assert.ok(usage?.startsWith(USAGE), usage);
  });
});

test('an unusable value is one line that names it', async (t) => {
  const range = (bound: string) => `invalid value of the port_${bound} argument, not in the range 1-65535`;
  const table: readonly (readonly [readonly string[], string])[] = [
    [['-m', '0'], range('min')],
    [['-m', 'x'], 'x: min port argument is invalid'],
    [['-M', '70000'], range('max')],
    [['-m', '5000', '-M', '4000'], 'port_min should be less than port_max'],
    [['-m', '5001', '-M', '5002'], 'port_min should be less than port_max'],
    [['-t', '256'], '256: TOS is too small/large'],
    [['-T', '0'], '0: max TTL argument is invalid'],
    [['-L', '-1'], '-1: max file rlimit argument is invalid'],
    [['-d', 'loud'], 'loud: invalid log level'],
    [['--nice', '21'], '21: nice level is out of range -20..20'],
    [['-n', 'tcp:x'], "error adding timeout notification: Can't parse host:port: invalid address"],
  ];
  await inParallel(table, async ([args, text]) => {
    assert.equal(await failure(t, [...GOOD, ...args]), `rtpproxy: ${text}\n`);
  });
});

test('an unusable listen address is one line that names it', async (t) => {
  const unknown = 'Name or service not known';
  const family = 'Address family for hostname not supported';
  const table: readonly (readonly [readonly string[], string])[] = [
    [['-l', '300.1.1.1'], `host2bindaddr(300.1.1.1): ${unknown}`],
    [['-6', '::1::'], `host2bindaddr(::1::): ${unknown}`],
    [['-l', '::1'], `host2bindaddr(::1): ${family}`],
    [['-6', '127.0.0.1'], `host2bindaddr(127.0.0.1): ${family}`],
    [['--no_resolve', '-l', 'localhost'], `host2bindaddr(localhost): ${unknown}`],
    [['-l', HOST, '-6', '::1'], 'address label is missing'],
    [['-l', `a@${HOST}`, '-l', 'a@127.0.0.2'], 'host2bindaddr(127.0.0.2): duplicate label'],
    [['-l', `/${HOST}`], 'incomplete configuration of the bridging mode - exactly 2 listen addresses required'],
    [
      ['-l', `${HOST}/127.0.0.2`, '-A', '192.0.2.1'],
      'two advertised addresses are required for internal and external interfaces in bridging mode',
    ],
    [
      ['-l', `${HOST}/127.0.0.2=192.0.2.1`],
      'bridging address(es) cannot have an advertizedaddress, use matching -A argument',
    ],
    [['-A', 'a/'], 'second advertised address is invalid'],
    [
      Array.from({ length: 17 }, (_, i) => ['-l', `l${i}@${HOST}`]).flat(),
      'number of listening addresses exceeds BINDARG_MAX',
    ],
  ];
  const start = ['-f', '-F', '-p', 'pid', '-s', `udp:${HOST}:0`];
  await inParallel(table, async ([args, text]) => {
    const [line, ...rest] = (await failure(t, [...start, ...args])).trimEnd().split('\n');
    assert.equal(line, `rtpproxy: ${text}`);
    // The C daemon has a second line; it is not needed.
    if (rest.length > 0) assert.deepEqual(rest, ['rtpproxy: init_bindaddrs() failed']);
  });
});

test('a listen address of another host is one log line, and refuses the calls on it', async (t) => {
  const { control, daemon } = await startRelay(t, ['-l', HOST, '-l', 'far@192.0.2.1']);
  await untilLogged(daemon, /^ERR:GLOBAL:[^:]+:\d+: listen address 192\.0\.2\.1 [^\n]* check -l and -6\n$/);
  assert.equal(await control.command(`Ul{far} c ${HOST} 4000 from`), 'E72\n');
  portIn(await control.command(`U c ${HOST} 4000 from`));
});

test('directories that cannot be written are one log line each, also for the user of -u', async (t) => {
  const { daemon } = await startRelay(t, ['-l', HOST, '-r', 'missing', '-S', '/dev/null']);
  const line = (text: string) => `ERR:GLOBAL:[^:]+:\\d+: ${text}\\n`;
  const missing = line('-r: nothing can be recorded in missing: No such file or directory \\(2\\)');
  const none = line('-S: nothing can be recorded in /dev/null: Not a directory');
  await untilLogged(daemon, new RegExp(`^${missing}${none}$`));
  if (!SUPERUSER) return;
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'mine'), { mode: 0o755 });
  const { code, stderr } = await runCommand(t, ['--check', '-u', 'nobody', '-r', join(directory, 'mine')]);
  assert.deepEqual(
    [code, stderr],
    [0, `rtpproxy: -r: nothing can be recorded in ${directory}/mine: Permission denied (13)\n`],
  );
});

test('an address of a local route is no error, and calls work on it', async (t) => {
  if (!canUnshare()) {
    t.skip('no namespaces here');
    return;
  }
  const routes = ['ip route add local 198.51.100.0/24 dev lo'];
  await runInNamespace(routes, fileURLToPath(new URL('support/any-ip-call.ts', import.meta.url)), []);
});

test('stdio needs the foreground', async (t) => {
  for (const kind of ['stdio:', 'stdioc:']) {
    const stderr = await failure(t, ['-F', '-p', 'pid', '-s', kind]);
    assert.equal(stderr, 'rtpproxy: stdio command mode requires -f switch\n');
  }
});

test('an addon that is missing or broken is one line that says what to do', async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'text.node'), 'this is no shared object\n');
  writeFileSync(join(directory, 'cut.node'), Buffer.from('7f454c46020101000000000000000000', 'hex'));
  writeFileSync(join(directory, 'empty.node'), '');
  mkdirSync(join(directory, 'folder.node'));
  const runs = ['missing', 'text', 'cut', 'empty', 'folder'].map((name) => [name, ['-f']] as const);
  await inParallel([...runs, ['missing', []] as const, ['text', []] as const], async ([name, mode]) => {
    const path = join(directory, `${name}.node`);
    const args = ['-F', '-p', 'pid', '-s', 'unix:control', '-l', HOST, ...mode];
    const [line, ...rest] = (await failure(t, args, { env: { RTPPROXY_NATIVE: path } })).trimEnd().split('\n');
    assert.deepEqual(rest, [], `${name} ${mode}`);
    assert.ok(line?.startsWith(`rtpproxy: the native addon ${path} cannot be loaded (`), line);
    assert.match(line ?? '', /npm rebuild/);
  });
});

test('a limit of open files that the kernel refuses is one line', async (t) => {
  // More than any kernel allows.
  assert.equal(await failure(t, [...GOOD, '-L', '2147483647']), 'rtpproxy: setrlimit: Operation not permitted\n');
});

test('too few descriptors for the start are one line that says so', async (t) => {
  for (const args of [
    ['-L', '10'],
    ['-L', '64', '--workers', '64'],
  ]) {
    assert.match(await failure(t, [...GOOD, ...args]), /^rtpproxy: [^\n]*too many open files[^\n]*\n$/i);
  }
});

test('the superuser is refused UDP control sockets, and warned about others', async (t) => {
  const args = ['-f', '-p', 'pid', '-l', HOST];
  const remote = [...args, '-s', `udp:${HOST}:0`];
  const refusal = /^rtpproxy: running this program as superuser in a remote control mode [^\n]* superuser anyway\.\n$/;
  const warning = /^rtpproxy: WARNING!!! Running this program as superuser is strongly not recommended[^\n]*\n$/;
  if (SUPERUSER) assert.match(await failure(t, remote), refusal);
  for (const [command, stderr] of [
    [[...args, '-s', 'control'], SUPERUSER ? warning : /^$/],
    [[...remote, '-F'], /^$/],
    ...(SUPERUSER ? [] : ([[remote, /^$/]] as const)),
  ] as const) {
    const directory = temporaryDirectory(t);
    const daemon = await startCommand(t, command, { directory });
    await until(() => readdirSync(directory).includes('pid'), 5000, 'pid file');
    assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
    assert.match(daemon.stderr(), stderr);
    assert.deepEqual(readdirSync(directory), []);
  }
});

test('a pid file that cannot be written is one log line, and the start goes on', async (t) => {
  const directory = temporaryDirectory(t);
  for (const [path, reason] of [
    ['missing/pid', 'No such file or directory (2)'],
    ['.', 'Is a directory (21)'],
  ] as const) {
    const args = ['-f', '-F', '-p', path, '-s', 'control', '-l', HOST];
    const daemon = await startCommand(t, args, { directory });
    const line = new RegExp(`^ERR:GLOBAL:[^:]+:\\d+: can't open pidfile for writing: ${literally(reason)}\\n$`);
    await until(() => daemon.stderr() !== '', 5000, 'log line');
    assert.match(daemon.stderr(), line);
    assert.equal(await unixClient(join(directory, 'control')).command('V'), '20040107\n');
    assert.deepEqual(await within(daemon.stop(), 2000, 'end'), { code: 0, signal: null });
    assert.deepEqual(readdirSync(directory), []);
  }
});

function literally(text: string): string {
  return text.replace(/[()]/g, '\\$&');
}
