import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { optionName } from '../../src/config/option.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { type TestScope, temporaryDirectory } from '../helpers/cleanup.ts';
import { type ControlClient, unixClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { BUILT, inParallel, runCommand, startCommand } from './support/process.ts';
import { HOST, portIn } from './support/relay.ts';

// Every option of cli.md 2 and of our own: its effect, and the message and the exit code of each wrong use.

/** A running daemon with these arguments. */
interface Probe {
  readonly pid: number;
  readonly directory: string;
  readonly control: ControlClient;
  stderr(): string;
}

interface Row {
  readonly option: string;
  /** A file of this folder where the effect is tested, which names the option. */
  readonly testedIn?: string;
  /** Arguments, and what a daemon with them does. */
  readonly effect?: readonly [args: readonly string[], check: (probe: Probe) => Promise<void> | void];
  /** Prints this and exits with 0. */
  readonly prints?: RegExp;
  /** Arguments that end with exit code 1 and this line. */
  readonly refuses?: readonly (readonly [args: readonly string[], line: string])[];
}

const GOOD = ['-f', '-F', '-p', 'pid', '-s', 'unix:control', '-l', HOST];
const CREATE = `U c ${HOST} 4000 from`;
const COMPLETE = `L c ${HOST} 4002 from to`;

const range = (bound: string) => `invalid value of the port_${bound} argument, not in the range 1-65535`;
const notify = (text: string) => `error adding timeout notification: ${text}`;
const needs = (letter: string): readonly [readonly string[], string] => [
  [`-${letter}`],
  `option requires an argument -- '${letter}'`,
];

/** The remaining time of a session, of -T or -W. */
async function timeLeft(control: ControlClient): Promise<number> {
  return Number((await control.command('Q c from to')).split(' ')[0]);
}

const ROWS: readonly Row[] = [
  { option: '-h', prints: /^usage: rtpproxy \[OPTION\]/ },
  { option: '-V', prints: /^\d+\.\d+\.\d+\S*\n$/ },
  { option: '-v', prints: /^Basic version: 20040107\nExtension 20040107: .*(\nExtension \d{8}: .*){24}\n$/ },
  { option: '-C', prints: /^CLOCK_BOOTTIME\n$/ },
  { option: '--check', prints: /^foreground = false\n/ },
  {
    option: '-f',
    effect: [
      ['-d', 'info'],
      ({ pid, stderr, directory }) => {
        assert.equal(readFileSync(join(directory, 'pid'), 'latin1'), `${pid}\n`);
        assert.match(stderr(), /^INFO:GLOBAL:daemon:0: rtpproxy started, pid \d+$/m);
      },
    ],
  },
  { option: '-D', testedIn: 'lifecycle-background.test.ts' },
  { option: '--no_redirect', testedIn: 'support/syslog.ts' },
  { option: '-F', testedIn: 'startup-errors.test.ts' },
  {
    option: '-u',
    testedIn: 'privileges.test.ts',
    refuses: [
      needs('u'),
      [['-u', 'nobody-here'], "can't find ID for the user: nobody-here"],
      [['-u', ''], "can't find ID for the user: "],
      [['-u', '0'], "can't find ID for the user: 0"],
      [['-u', 'root:nobody-here'], "can't find ID for the group: nobody-here"],
      [['-u', 'root:'], "can't find ID for the group: "],
    ],
  },
  {
    option: '-w',
    testedIn: 'privileges.test.ts',
    refuses: [
      needs('w'),
      [['-w', 'rw'], 'rw: socket mode argument is invalid'],
      [['-w', '4096'], '4096: socket mode argument is invalid'],
      [['-w', '-1'], '-1: socket mode argument is invalid'],
    ],
  },
  {
    option: '-p',
    effect: [['-p', 'other'], ({ directory }) => assert.ok(readdirSync(directory).includes('other'))],
    refuses: [needs('p')],
  },
  {
    option: '-d',
    effect: [
      ['-d', 'DbUg:log_local7'],
      async ({ control, stderr }) => {
        assert.equal(await control.command('V'), '20040107\n');
        assert.match(stderr(), /^DBUG:GLOBAL:command:0: received command "V"$/m);
      },
    ],
    refuses: [
      needs('d'),
      [['-d', 'loud'], 'loud: invalid log level'],
      [['-d', 'loud:nowhere'], 'nowhere: invalid log facility'],
      [['-d', ''], ': invalid log level'],
    ],
  },
  {
    option: '--log-format',
    testedIn: 'logging.test.ts',
    refuses: [[['--log-format=xml'], 'xml: unknown log format']],
  },
  {
    option: '--call-records',
    testedIn: 'call-records.test.ts',
    refuses: [
      [['--call-records='], '--call-records: the name of the file is empty'],
      [['--call-records=-', '-s', 'stdio:'], '--call-records=- cannot be used with -s stdio:'],
    ],
  },
  {
    option: '-L',
    effect: [
      ['-L', '300'],
      ({ pid }) => assert.match(readFileSync(`/proc/${pid}/limits`, 'latin1'), /^Max open files\s+300\s+300\s/m),
    ],
    refuses: [
      needs('L'),
      [['-L', '-1'], '-1: max file rlimit argument is invalid'],
      [['-L', '1k'], '1k: max file rlimit argument is invalid'],
      [['-L', '2147483647'], 'setrlimit: Operation not permitted'],
    ],
  },
  {
    option: '-c',
    testedIn: 'privileges.test.ts',
    refuses: [
      needs('c'),
      [['-c', 'FIFO'], 'FIFO: unknown scheduling policy'],
      [['-c', ''], ': unknown scheduling policy'],
    ],
  },
  {
    option: '--nice',
    testedIn: 'privileges.test.ts',
    refuses: [
      [['--nice', '21'], '21: nice level is out of range -20..20'],
      [['--nice', '-21'], '-21: nice level is out of range -20..20'],
      [['--nice=low'], 'low: nice level argument is invalid'],
      [['--nice'], "option '--nice' requires an argument"],
    ],
  },
  {
    option: '--workers',
    effect: [
      ['--workers', '3'],
      ({ pid }) => {
        const names = readdirSync(`/proc/${pid}/task`).map((task) =>
          readFileSync(`/proc/${pid}/task/${task}/comm`, 'latin1').trim(),
        );
        assert.equal(names.filter((name) => name.startsWith('rtp-relay-')).length, 3);
      },
    ],
    refuses: [
      [['--workers', '0'], '0: number of workers is out of range 1..64'],
      [['--workers', 'x'], 'x: number of workers argument is invalid'],
    ],
  },
  {
    option: '--worker-cpus',
    effect: [
      ['--worker-cpus', '0', '--workers', '2'],
      ({ pid }) => {
        const bound = readdirSync(`/proc/${pid}/task`)
          .map((task) => readFileSync(`/proc/${pid}/task/${task}/status`, 'latin1'))
          .map((status) => /^Name:\t(.*)[\s\S]*^Cpus_allowed_list:\t(.*)$/m.exec(status)?.slice(1) ?? [])
          .filter(([name]) => name?.startsWith('rtp-relay-'));
        assert.deepEqual(bound.sort(), [
          ['rtp-relay-0', '0'],
          ['rtp-relay-1', '0'],
        ]);
      },
    ],
    refuses: [
      [['--worker-cpus', '0,x'], '0,x: list of CPUs is invalid'],
      [
        ['--worker-cpus', '1023'],
        "can't start the relay workers: binding a relay worker to its CPU: Invalid argument (22); see --worker-cpus",
      ],
      [
        ['--io=sockets', '--worker-cpus', '1023'],
        "can't start the relay workers: binding a relay worker to its CPU: Invalid argument (22); see --worker-cpus",
      ],
    ],
  },
  {
    option: '-s',
    effect: [
      ['-s', 'unix:second'],
      async ({ directory }) => {
        assert.equal(await unixClient(join(directory, 'second')).command('V'), '20040107\n');
      },
    ],
    refuses: [needs('s')],
  },
  {
    option: '-n',
    testedIn: 'notifications.test.ts',
    refuses: [
      needs('n'),
      [['-n', ''], 'timeout notification socket name too short'],
      [['-n', 'unix:'], notify('Timeout notification socket name too short')],
      [['-n', 'tcp:x'], notify("Can't parse host:port: invalid address")],
      [['-n', `tcp:${HOST}:`], notify("Can't parse host:port: invalid address")],
      [['-n', `tcp:${HOST}:0`], notify("Can't parse host:port: invalid port")],
      [['-n', 'tcp:300.1.1.1:5'], notify('Name or service not known')],
      [
        Array.from({ length: 65 }, (_, i) => ['-n', `/x${i}`]).flat(),
        notify('Number of notify targets exceeds RTPP_TNOTIFY_TARGETS_MAX'),
      ],
      [
        Array.from({ length: 3 }, (_, i) => ['-n', `tcp:%%CC_SELF%%:${i + 1}`]).flat(),
        notify('Number of notify wildcards exceeds RTPP_TNOTIFY_WILDCARDS_MAX'),
      ],
    ],
  },
  {
    option: '--no_resolve',
    effect: [['--no_resolve'], async ({ control }) => assert.equal(await control.command('V'), '20040107\n')],
    refuses: [[['--no_resolve', '-l', 'x@localhost'], 'host2bindaddr(localhost): Name or service not known']],
  },
  {
    option: '--overload_prot',
    effect: [['--overload_prot=x', '--overload'], async ({ control }) => void portIn(await control.command(CREATE))],
    refuses: [[['--overload_prot', 'x'], '1 extra unhandled argument at the end of the command line']],
  },
  {
    option: '-l',
    effect: [
      ['-l', 'second@127.0.0.2'],
      async ({ control }) =>
        assert.equal(portIn(await control.command(`Ul{second}${CREATE.slice(1)}`)).host, '127.0.0.2'),
    ],
    refuses: [needs('l'), [['-l', 'x@300.1.1.1'], 'host2bindaddr(300.1.1.1): Name or service not known']],
  },
  {
    option: '-6',
    effect: [
      ['-6', 'six@::1'],
      async ({ control }) => assert.match(await control.command('U6l{six} c ::1 4000 from'), /^\d+ ::1 6\n$/),
    ],
    refuses: [
      needs('6'),
      [['-6', 'x@127.0.0.1'], 'host2bindaddr(127.0.0.1): Address family for hostname not supported'],
    ],
  },
  {
    option: '-A',
    effect: [
      ['-A', '192.0.2.7'],
      async ({ control }) => assert.equal(portIn(await control.command(CREATE)).host, '192.0.2.7'),
    ],
    refuses: [
      needs('A'),
      [['-A', ''], 'first advertised address is invalid'],
      [['-A', 'x/'], 'second advertised address is invalid'],
      [['-A', '300.1.1.1'], '300.1.1.1: first advertised address is invalid'],
    ],
  },
  {
    option: '-m',
    effect: [['-m', '64000'], async ({ control }) => assert.ok(portIn(await control.command(CREATE)).port >= 64000)],
    refuses: [
      needs('m'),
      [['-m', '0'], range('min')],
      [['-m', '65536'], range('min')],
      [['-m', '5x'], '5x: min port argument is invalid'],
      [['-m', '60000', '-M', '50000'], 'port_min should be less than port_max'],
    ],
  },
  {
    option: '-M',
    effect: [
      ['-m', '20000', '-M', '20100'],
      async ({ control }) => {
        const { port } = portIn(await control.command(CREATE));
        assert.ok(port >= 20000 && port < 20100 && port % 2 === 0, String(port));
      },
    ],
    refuses: [needs('M'), [['-M', '70000'], range('max')], [['-M', ''], ': max port argument is invalid']],
  },
  {
    option: '-b',
    effect: [
      ['-b', '-m', '21000', '-M', '21100'],
      async ({ control }) => {
        const ports = [await control.command(CREATE), await control.command(COMPLETE)].map(
          (reply) => portIn(reply).port,
        );
        // Somebody else may have one in between.
        assert.ok((ports[0] ?? 0) < (ports[1] ?? 0) && (ports[1] ?? 0) < 21020, String(ports));
      },
    ],
  },
  {
    option: '-t',
    testedIn: 'relay-tos.test.ts',
    refuses: [
      needs('t'),
      [['-t', '256'], '256: TOS is too small/large'],
      [['-t', '-2'], '-2: TOS is too small/large'],
      [['-t', '0xb8'], '0xb8: TOS argument is invalid'],
    ],
  },
  {
    option: '-T',
    effect: [
      ['-T', '500'],
      async ({ control }) => {
        await control.command(CREATE);
        assert.ok(Math.abs((await timeLeft(control)) - 500) <= 2);
      },
    ],
    refuses: [
      needs('T'),
      [['-T', '0'], '0: max TTL argument is invalid'],
      [['-T', '1s'], '1s: max TTL argument is invalid'],
    ],
  },
  {
    option: '-W',
    effect: [
      ['-T', '500', '-W', '300'],
      async ({ control }) => {
        await control.command(CREATE);
        assert.ok(Math.abs((await timeLeft(control)) - 300) <= 2);
        await control.command(COMPLETE);
        assert.ok(Math.abs((await timeLeft(control)) - 500) <= 2);
      },
    ],
    refuses: [
      needs('W'),
      [['-W', '0'], '0: max setup TTL argument is invalid'],
      [['-W', 'x'], 'x: max setup TTL argument is invalid'],
    ],
  },
  { option: '-i', testedIn: 'relay-timeout.test.ts' },
  { option: '-2', testedIn: 'relay-contents.test.ts' },
  {
    option: '--bridge_symmetric',
    testedIn: 'relay.test.ts',
    refuses: [[['--bridge_symmetric=1'], "option '--bridge_symmetric' doesn't allow an argument"]],
  },
  { option: '--force_asymmetric', testedIn: 'relay-signalling.test.ts' },
  {
    option: '-r',
    effect: [
      ['-r', '.'],
      async ({ control, directory }) => {
        await control.command(CREATE);
        await control.command(COMPLETE);
        assert.equal(await control.command('R c from to'), '0\n');
        assert.ok(readdirSync(directory).includes('c=from.o.rtp'));
      },
    ],
    refuses: [needs('r')],
  },
  {
    option: '-S',
    testedIn: 'recording.test.ts',
    refuses: [needs('S'), [['-S', 'spool'], '-S switch requires -r switch']],
  },
  { option: '-P', testedIn: 'support/full-disk.ts' },
  {
    option: '--record-format',
    testedIn: 'recording-wav.test.ts',
    refuses: [[['--record-format=mp3'], 'mp3: unknown format of recordings']],
  },
  { option: '-a', testedIn: 'recording.test.ts' },
  { option: '-R', testedIn: 'recording.test.ts' },
  {
    option: '--dso',
    refuses: [
      [['--dso', '/nonexistent.so'], 'realpath: /nonexistent.so: No such file or directory'],
      [['--dso', '/lib/rtpp_ice_lite.so'], 'module ice_lite is not supported by this version'],
    ],
  },
  {
    option: '--module',
    testedIn: 'modules.test.ts',
    refuses: [
      [['--module', 'dtls_gw'], 'module dtls_gw is not supported by this version'],
      [['--module', './none.mjs'], 'realpath: ./none.mjs: No such file or directory'],
    ],
  },
  {
    option: '--config',
    testedIn: 'config-file.test.ts',
    refuses: [[['--config', '/nonexistent'], 'open failed: /nonexistent: No such file or directory']],
  },
  {
    option: '--control-allow',
    testedIn: 'access.test.ts',
    refuses: [[['--control-allow', '10.0.0.1:80'], '10.0.0.1:80: --control-allow argument takes no ports']],
  },
  { option: '--peer-deny', refuses: [[['--peer-deny', '10.0.0.0/8,x'], 'x: --peer-deny argument is invalid']] },
  {
    option: '--peer-allow',
    refuses: [[['--peer-allow', '10.0.0.0/33'], '10.0.0.0/33: --peer-allow argument is invalid']],
  },
  {
    option: '--http',
    testedIn: 'http.test.ts',
    refuses: [[['--http', '9101'], '9101: --http takes 127.0.0.1:PORT, [::1]:PORT or unix:PATH']],
  },
  {
    option: '--http-allow',
    testedIn: 'http.test.ts',
    refuses: [
      [['--http-allow', '10.0.0.1:80'], '10.0.0.1:80: --http-allow argument takes no ports'],
      [['--http-allow', '10.0.0.1'], '--http-allow requires --http'],
    ],
  },
  {
    option: '--http-token-file',
    testedIn: 'http.test.ts',
    refuses: [[['--http-token-file', 'token'], '--http-token-file requires --http']],
  },
];

/** Options with a test file of their own. */
const ELSEWHERE = /^--(batch-window|latch|io|play-ttl|recording-done|recording-done-timeout|hep-\w+(-file)?)$/;

test('the table has every option', () => {
  const names = OPTIONS.map(optionName).filter((name) => !ELSEWHERE.test(name));
  assert.deepEqual(ROWS.map(({ option }) => option).sort(), names.sort());
  for (const { option, testedIn, effect, prints, refuses } of ROWS) {
    assert.ok(testedIn ?? effect ?? prints ?? refuses, option);
    if (testedIn === undefined) continue;
    const source = readFileSync(fileURLToPath(new URL(testedIn, import.meta.url)), 'utf8');
    // Bundled letters too.
    const letters = new RegExp(`'-[a-zA-Z2]*${option.slice(1)}[a-zA-Z]*['=]|${option}\\b`);
    assert.match(source, letters, `${testedIn} says nothing of ${option}`);
  }
});

describe('effects', { concurrency: 2 }, () => {
  for (const { option, effect, prints } of ROWS) {
    if (prints !== undefined) {
      test(`${option} prints and exits with 0`, () => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [BUILT, option, '-F'], { encoding: 'utf8' });
        assert.deepEqual([status, stderr], [0, '']);
        assert.match(stdout, prints);
      });
    }
    if (effect !== undefined) {
      const [args, check] = effect;
      test(`${option}: ${args.join(' ')}`, async (t) => check(await start(t, args)));
    }
  }
});

test('every wrong use is one line and exit code 1', async (t) => {
  const uses = ROWS.flatMap(({ refuses }) => refuses ?? []);
  await inParallel(uses, async ([args, line]) => {
    const directory = temporaryDirectory(t);
    const { code, signal, stderr } = await runCommand(t, [...GOOD, ...args], { directory });
    const [first, ...rest] = stderr.split('\n');
    assert.deepEqual([code, signal, first], [1, null, `rtpproxy: ${line}`], args.join(' '));
    // Where getopt complains, the usage text follows; of the file the C daemon's last words.
    const next = rest[0]?.replace(/^usage:\trtpproxy .*$|^rtpproxy: rtpp_cfile_process\(\) failed$/, '');
    assert.equal(next, '', stderr);
    assert.deepEqual(readdirSync(directory), []);
  });
});

test('an option that is given twice counts the last time, and bundles and abbreviations work', async (t) => {
  const { control, pid } = await start(t, ['-bFT7', '-T', '400', '--ni=3', '--no_res']);
  await control.command(CREATE);
  assert.ok(Math.abs((await timeLeft(control)) - 400) <= 2);
  assert.match(readlinkSync(`/proc/${pid}/cwd`), /rtpproxy-test-/);
});

async function start(t: TestScope, args: readonly string[]): Promise<Probe> {
  const directory = temporaryDirectory(t);
  const daemon = await startCommand(t, [...GOOD, ...args], { directory });
  const name = args.includes('other') ? 'other' : 'pid';
  const file = join(directory, name);
  const ready = () => readdirSync(directory).includes(name) && readFileSync(file, 'latin1').endsWith('\n');
  await until(() => ready() || daemon.exit() !== undefined, 10_000, 'start');
  assert.equal(daemon.exit(), undefined, daemon.stderr());
  return { pid: daemon.pid, directory, control: unixClient(join(directory, 'control')), stderr: daemon.stderr };
}
