import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ProgramEnd, runProgram } from '../../../src/process/program.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import { until, within } from '../../helpers/deadline.ts';

const PATH = 'PATH=/usr/bin:/bin';
const END_MS = 5000;

async function start(script: string, environment: readonly Uint8Array[] = [Buffer.from(PATH)]) {
  const lines: string[] = [];
  const program = await runProgram({
    args: ['/bin/sh', '-c', script].map((text) => Buffer.from(text)),
    environment,
    output: (line) => lines.push(line),
    errors: (line) => lines.push(`! ${line}`),
  });
  const ended = (): Promise<ProgramEnd> => within(program.ended, END_MS, `end of ${script}`);
  return { program, lines, ended };
}

/** A process that nobody has waited for yet does not run any more. */
function isRunning(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

test('output and end of a program', async () => {
  const { lines, ended } = await start('echo a; echo b >&2; exit 3');
  assert.deepEqual(await ended(), { kind: 'exited', code: 3 });
  assert.deepEqual(lines.sort(), ['! b', 'a']);
  assert.deepEqual(await (await start('kill -9 $$')).ended(), { kind: 'killed', signal: 'SIGKILL (9)' });
});

test('many programs, which end at once, are all heard of', async () => {
  const programs = await Promise.all(Array.from({ length: 40 }, (_, code) => start(`exit ${code}`)));
  const ends = await Promise.all(programs.map(({ ended }) => ended()));
  assert.deepEqual(
    ends,
    programs.map((_, code) => ({ kind: 'exited', code })),
  );
  assert.equal(process.listenerCount('SIGCHLD'), 0);
});

test('arguments and environment come byte for byte', async (t) => {
  const file = join(temporaryDirectory(t), 'out');
  const hostile = Buffer.concat([Buffer.from(`A=";$(touch x)' \n-`), Buffer.of(0xff, 0x80)]);
  const { lines, ended } = await start(`printf %s "$A" > ${file}; echo $#`, [Buffer.from(PATH), hostile]);
  assert.deepEqual(await ended(), { kind: 'exited', code: 0 });
  assert.deepEqual(readFileSync(file), hostile.subarray(2));
  assert.deepEqual(lines, ['0']);
});

test('a program starts with nothing of this process but its descriptors 1 and 2', async () => {
  const { lines, ended } = await start(
    'ls /proc/self/fd | xargs; readlink /proc/self/fd/0; pwd; ulimit -n; nice; grep -E "^Sig(Blk|Ign)" /proc/self/status; ' +
      'test $$ = $(ps -o sid= -p $$) && echo leader',
  );
  await ended();
  // The descriptor that ls reads the directory with is 3.
  const signals = ['SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000'];
  assert.deepEqual(lines, ['0 1 2 3', '/dev/null', '/', '1024', '10', ...signals, 'leader']);
});

test('what cannot be run is an error, and leaves no descriptor', async (t) => {
  const file = join(temporaryDirectory(t), 'file');
  const run = (name: string) =>
    runProgram({ args: [Buffer.from(name)], environment: [], output: () => undefined, errors: () => undefined });
  writeFileSync(file, 'no program', { mode: 0o755 });
  await assert.rejects(run('/nonexistent'), { code: 'ENOENT', syscall: 'execve' });
  const before = readdirSync('/proc/self/fd').length;
  for (const [name, code] of [
    ['/nonexistent', 'ENOENT'],
    ['/tmp', 'EACCES'],
    [file, 'E8'],
  ] as const) {
    await assert.rejects(run(name), { code, syscall: 'execve' });
  }
  await until(() => readdirSync('/proc/self/fd').length <= before, END_MS, 'closed descriptors');
});

test('the processes of its group end with a program', async () => {
  const { lines, ended } = await start('sleep 600 & echo $!; exit 0');
  assert.deepEqual(await ended(), { kind: 'exited', code: 0 });
  await until(() => !isRunning(String(lines[0])), END_MS, 'the end of what it had left behind');
});

test('a process that has left the group is not waited for', async () => {
  const { program, lines, ended } = await start('setsid sleep 600 & echo $!; exit 0');
  assert.deepEqual(await ended(), { kind: 'exited', code: 0 });
  process.kill(Number(lines[0]), 'SIGKILL');
  program.kill('SIGKILL');
});

test('kill ends the whole group', async () => {
  const { program, lines, ended } = await start('trap "" TERM; sleep 600 & echo $!; wait; sleep 600');
  await until(() => lines.length === 1, END_MS, 'the group');
  program.kill('SIGKILL');
  assert.deepEqual(await ended(), { kind: 'killed', signal: 'SIGKILL (9)' });
});
