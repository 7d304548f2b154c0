import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { until, within } from '../helpers/deadline.ts';
import { canUnshare, runInNamespace } from '../helpers/namespace.ts';
import { canHang } from './support/hanging-mount.ts';
import { SUPERUSER } from './support/process.ts';
import { startCall, startRecorder, talk } from './support/recorded-call.ts';
import { HOST, untilLogged } from './support/relay.ts';

// --recording-done and --recording-done-timeout, with programs that are run.

const DEADLINE_MS = 10_000;
/** Without this capability a root may not signal what runs as others. */
const NO_KILL = ['--bounding-set=-kill', '--no-new-privs'];
const UNPRIVILEGED = SUPERUSER && spawnSync('setpriv', [...NO_KILL, 'setpriv', '--reuid=65534', 'true']).status === 0;
const HANGING_PROGRAM = fileURLToPath(new URL('support/hanging-program.ts', import.meta.url));
/** Tells what it was given: its environment, and the size of the file that it finds. */
const TELL = 'size=$(wc -c < "$RTPP_FILE") env -0 > "$1/.$$" && mv "$1/.$$" "$1/$$"';

/** A program for --recording-done, and where it may write. */
function program(t: TestContext, script: string, first = '#!/bin/sh') {
  const top = temporaryDirectory(t);
  const [path, out] = [join(top, 'program'), join(top, 'out')];
  mkdirSync(out);
  writeFileSync(path, `${first}\n${script}\n`, { mode: 0o755 });
  /** The environments that runs had, by the names of their files. */
  const told = (): Record<string, string>[] => {
    const texts = readdirSync(out)
      .filter((name) => !name.startsWith('.'))
      .map((name) => readFileSync(join(out, name), 'latin1'));
    const runs = texts.map((text) => Object.fromEntries(text.split('\0').map((entry) => split(entry))));
    return runs.sort((a, b) => String(a.RTPP_FILE).localeCompare(String(b.RTPP_FILE)));
  };
  return { path, out, told, option: `--recording-done=${path} ${out}` };
}

function split(entry: string): [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}

test('each file of a recording has a run, when it is complete and where it is kept', async (t) => {
  for (const args of [[], ['-S', '{top}/spool']]) {
    const { option, told } = program(t, TELL);
    const { control, directory } = await startRecorder(t, [option, ...args]);
    mkdirSync(join(directory, '../spool'));
    const begin = Date.now();
    const call = await startCall(t, control, 'c');
    for (const tags of ['from to', 'to from']) assert.equal(await control.command(`R c ${tags}`), '0\n');
    await talk(call, 5);
    assert.deepEqual(told(), []);
    assert.equal(await control.command('D c from to'), '0\n');
    await until(() => told().length === 4, DEADLINE_MS, 'a run for each file');
    const runs = told();
    assert.deepEqual(
      runs.map(({ RTPP_FILE, RTPP_STREAM, RTPP_PACKETS, size }) => [
        RTPP_FILE,
        RTPP_STREAM,
        RTPP_PACKETS,
        Number(size) > 0,
      ]),
      [
        [join(directory, 'c=from.a.rtcp'), 'RTCP', '1', true],
        [join(directory, 'c=from.a.rtp'), 'RTP', '5', true],
        [join(directory, 'c=from.o.rtcp'), 'RTCP', '1', true],
        [join(directory, 'c=from.o.rtp'), 'RTP', '5', true],
      ],
    );
    for (const run of runs) {
      const {
        RTPP_CALL_ID,
        RTPP_FROM_TAG,
        RTPP_TO_TAG,
        RTPP_FORMAT,
        RTPP_PACKETS_LOST,
        RTPP_START = '',
        RTPP_END = '',
      } = run;
      assert.deepEqual(
        [RTPP_CALL_ID, RTPP_FROM_TAG, RTPP_TO_TAG, RTPP_FORMAT, RTPP_PACKETS_LOST],
        ['c', 'from', 'to', 'adhoc', '0'],
      );
      assert.equal(run.size, String(readFileSync(run.RTPP_FILE ?? '').length));
      const [start, end] = [Date.parse(RTPP_START), Date.parse(RTPP_END)];
      assert.ok(begin <= start && start <= end && end <= Date.now(), `${RTPP_START} ${RTPP_END}`);
      assert.equal(new Date(start).toISOString(), RTPP_START);
    }
    const counted = async () => (await control.command('G nhooks_succd nhooks_errs nhooks_lost')) === '4 0 0\n';
    await until(counted, DEADLINE_MS, 'the count');
  }
});

test('one file for both parties has one run; N ends a recording, too', async (t) => {
  const { option, told } = program(t, TELL);
  const { control, directory } = await startRecorder(t, [option, '-P', '-a']);
  const call = await startCall(t, control, 'c');
  await talk(call);
  assert.equal(await control.command('Na c from to'), '0\n');
  await until(() => told().length === 1, DEADLINE_MS, 'a run');
  const [run] = told();
  assert.deepEqual(
    [run?.RTPP_FILE, run?.RTPP_FORMAT, run?.RTPP_PACKETS],
    [join(directory, 'c=from.pcap'), 'pcap', '8'],
  );
});

test('hostile names are text in the environment, and nothing else', async (t) => {
  const { option, out, told } = program(t, TELL);
  const { control, directory } = await startRecorder(t, [option, '-R']);
  const ids = ['-rf', `$(touch\${IFS}pwned)`, '`id`', `';exit\${IFS}1;"`, '../../x', '\xff\xfe\x01', '*', '--', '%n%s'];
  for (const id of ids) {
    await control.command(`U ${id} ${HOST} 4000 $(x)-`);
    await control.command(`L ${id} ${HOST} 4002 $(x)- "to"`);
    assert.equal(await control.command(`R ${id} $(x)- "to"`), '0\n');
  }
  await control.command('X');
  await until(() => told().length === ids.length, DEADLINE_MS, 'the runs');
  assert.deepEqual(
    told()
      .map(({ RTPP_CALL_ID }) => RTPP_CALL_ID)
      .sort(),
    [...ids].sort(),
  );
  for (const { RTPP_FILE = '', RTPP_FROM_TAG, RTPP_TO_TAG } of told()) {
    assert.ok(RTPP_FILE.startsWith(`${directory}/`));
    assert.ok(existsSync(Buffer.from(RTPP_FILE, 'latin1')));
    assert.deepEqual([RTPP_FROM_TAG, RTPP_TO_TAG], ['$(x)-', '"to"']);
  }
  assert.equal(readdirSync(out).length, ids.length);
});

test('a program that fails, is not there, or is none: a line each, and calls go on', async (t) => {
  const fails = program(t, 'echo spoken; echo complained >&2; exit 7');
  const killed = program(t, 'kill -SEGV $$');
  const plain = program(t, '', 'no program');
  const dead = program(t, '', '#!/nonexistent/interpreter');
  const cases: readonly [string, RegExp][] = [
    [fails.option, /^ERR:c:recording-done:0: the command for \S+c=from\.o\.rtp has failed: exit code 7$/m],
    [killed.option, /has failed: killed by SIGSEGV \(11\)$/m],
    [
      '--recording-done=/nonexistent/program',
      /can't run \/nonexistent\/program for \S+: No such file or directory \(2\)$/m,
    ],
    ['--recording-done=/etc/passwd', /can't run \/etc\/passwd for \S+: Permission denied \(13\)$/m],
    [plain.option, /can't run \S+ for \S+: Exec format error \(8\)$/m],
    [dead.option, /can't run \S+ for \S+: No such file or directory \(2\)$/m],
  ];
  for (const [option, line] of cases) {
    const { control, daemon } = await startRecorder(t, [option, '-R'], { logLevel: 'info' });
    const call = await startCall(t, control, 'c');
    assert.equal(await control.command('R c from to'), '0\n');
    assert.equal(await control.command('N c from to'), '0\n');
    await untilLogged(daemon, line);
    await talk(call);
    await until(async () => (await control.command('G nhooks_errs')) === '1\n', DEADLINE_MS, 'the count');
    if (option !== fails.option) continue;
    assert.match(daemon.stderr(), /^INFO:c:recording-done:0: spoken$/m);
    assert.match(daemon.stderr(), /^WARN:c:recording-done:0: complained$/m);
  }
});

test('a program that does not end is ended after its time, with its children', async (t) => {
  const { option, out } = program(
    t,
    'trap "" TERM; (trap "" TERM; echo child > "$1/pid"; exec sleep 600) & wait; sleep 600',
  );
  const args = [option, '--recording-done-timeout=1', '-R'];
  const { control, daemon } = await startRecorder(t, args);
  await startCall(t, control, 'c');
  await control.command('R c from to');
  await control.command('D c from to');
  await until(() => existsSync(join(out, 'pid')), DEADLINE_MS, 'the start');
  await until(() => /has failed: killed by SIGKILL \(9\)$/m.test(daemon.stderr()), DEADLINE_MS, 'the end');
  assert.match(daemon.stderr(), /^ERR:c:recording-done:0: the command for \S+ has run for 1 s and is ended$/m);
  assert.equal(childrenOf(daemon.pid), '');
});

test('a program that the daemon may not end costs its place, and neither calls nor the end of the daemon', {
  skip: UNPRIVILEGED ? false : 'privileges cannot be given up',
}, async (t) => {
  const { option, out } = program(t, 'echo $$ > "$1/pid"; exec setpriv --reuid=65534 sleep 600');
  const pid = (): string => readFileSync(join(out, 'pid'), 'latin1').trim();
  const options = { launcher: ['setpriv', ...NO_KILL], logLevel: 'warn' } as const;
  const { control, daemon } = await startRecorder(t, [option, '--recording-done-timeout=1', '-R'], options);
  const call = await startCall(t, control, 'c');
  assert.equal(await control.command('R c from to'), '0\n');
  assert.equal(await control.command('N c from to'), '0\n');
  await until(() => existsSync(join(out, 'pid')) && pid() !== '', DEADLINE_MS, 'the run');
  atEnd(t, () => void process.kill(Number(pid()), 'SIGKILL'));
  await until(() => /cannot be ended, Operation not permitted/.test(daemon.stderr()), DEADLINE_MS, 'the refusal');
  await talk(call);
  process.kill(daemon.pid, 'SIGTERM');
  assert.deepEqual(await within(daemon.exited, 14_000, 'the end'), { code: 0, signal: null });
  assert.equal([...daemon.stderr().matchAll(/^WARN:c:recording-done:/gm)].length, 1);
  assert.ok(isRunning(pid()));
});

test('a program that floods its output slows down itself only', async (t) => {
  const { option } = program(t, 'yes "a line of output" & head -c 3000000 /dev/zero >&2; sleep 600');
  const { control, daemon } = await startRecorder(t, [option, '--recording-done-timeout=2', '-R'], {
    logLevel: 'dbug',
  });
  const call = await startCall(t, control, 'c');
  await control.command('R c from to');
  await control.command('N c from to');
  await untilLogged(daemon, /a line of output$/m);
  for (let i = 0; i < 20; i++) await talk(call, 1);
  await until(() => /has failed: killed by SIGTERM/.test(daemon.stderr()), DEADLINE_MS, 'its end');
  assert.match(daemon.stderr(), /recording-done:0: \d+ more lines were suppressed/);
});

test('the end of the daemon waits for runs, and ends those that take too long', async (t) => {
  const { option, out } = program(t, 'sleep 1; touch "$1/done-$$"');
  const { control, daemon } = await startRecorder(t, [option, '-a', '-R']);
  for (const id of ['c', 'd', 'e']) await startCall(t, control, id);
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  assert.equal(readdirSync(out).length, 6, 'four at a time, in two seconds');

  const endless = program(t, 'sleep 600');
  const second = await startRecorder(t, [endless.option, '-a', '-R']);
  for (const id of ['c', 'd', 'e']) await startCall(t, second.control, id);
  const begin = performance.now();
  process.kill(second.daemon.pid, 'SIGTERM');
  assert.deepEqual(await within(second.daemon.exited, 14_000, 'the end'), { code: 0, signal: null });
  assert.ok(performance.now() - begin >= 5000);
  const log = second.daemon.stderr();
  assert.equal([...log.matchAll(/the command for \S+ is ended with the daemon$/gm)].length, 4);
  assert.match(log, /^ERR:GLOBAL:recording-done:0: 2 recordings are left out: the daemon ends$/m);
});

test('a daemon that is told twice to end takes the runs with it', async (t) => {
  const { option, out } = program(t, 'echo $$ > "$1/pid"; trap "" TERM; sleep 600 & wait; sleep 600');
  const { control, daemon } = await startRecorder(t, [option, '-R'], { logLevel: 'info', checkExit: false });
  await startCall(t, control, 'c');
  await control.command('R c from to');
  await control.command('N c from to');
  await until(() => existsSync(join(out, 'pid')) && readFileSync(join(out, 'pid')).length > 0, DEADLINE_MS, 'the run');
  const pid = readFileSync(join(out, 'pid'), 'latin1').trim();
  process.kill(daemon.pid, 'SIGTERM');
  await untilLogged(daemon, /got signal 15$/m);
  process.kill(daemon.pid, 'SIGTERM');
  await within(daemon.exited, DEADLINE_MS, 'the end');
  await until(() => !isRunning(pid), DEADLINE_MS, 'the end of the run');
});

test('the configuration can give another program while the daemon runs', async (t) => {
  const [first, second] = [program(t, TELL), program(t, TELL)];
  const file = join(temporaryDirectory(t), 'rtpproxy.conf');
  const write = (line: string): void => writeFileSync(file, `no_rtcp_recording = true\n${line}\n`);
  write('');
  const { control, daemon } = await startRecorder(t, ['--config', file], { logLevel: 'info' });
  let reloads = 0;
  const record = async (id: string): Promise<void> => {
    await control.command(`U ${id} ${HOST} 4000 from`);
    assert.equal(await control.command(`R ${id} from to`), '0\n');
    assert.equal(await control.command(`D ${id} from to`), '0\n');
  };
  const reload = async (line: string): Promise<void> => {
    write(line);
    process.kill(daemon.pid, 'SIGURG');
    reloads += 1;
    const read = (): number => [...daemon.stderr().matchAll(/reload:0: read /g)].length;
    await until(() => read() === reloads, DEADLINE_MS, 'the configuration');
  };
  await reload(`recording_done = "${first.path} ${first.out}"`);
  await record('one');
  await until(() => first.told().length === 1, DEADLINE_MS, 'the first program');
  await reload(`recording_done = "${second.path} ${second.out}"`);
  await record('two');
  await until(() => second.told().length === 1, DEADLINE_MS, 'the second program');
  await reload('');
  await record('three');
  await daemon.stop();
  const ids = (runs: readonly Record<string, string>[]) => runs.map(({ RTPP_CALL_ID }) => RTPP_CALL_ID);
  assert.deepEqual([ids(first.told()), ids(second.told())], [['one'], ['two']]);
  assert.doesNotMatch(daemon.stderr(), /^ERR/m);
});

test('a program on a disk that does not answer holds up nothing', {
  skip: canHang() && canUnshare() ? false : 'there are no namespaces or no /dev/fuse here',
}, async (t) => {
  await runInNamespace([], HANGING_PROGRAM, [temporaryDirectory(t)]);
});

function isRunning(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** Children of all threads of a process. */
function childrenOf(pid: number): string {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1')).join('');
}
