import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { atEnd, temporaryDirectory } from '../../helpers/cleanup.ts';
import { unixClient } from '../../helpers/control-client.ts';
import { until } from '../../helpers/deadline.ts';
import { bindDatagrams, type DatagramReceiver } from '../../helpers/unix-datagrams.ts';
import { processesOf, runCommand, runIntoFile } from './process.ts';
import { HOST, portIn } from './relay.ts';

// Run by logging.test.ts where /dev is this process's own: the daemon in the background, and what it sends to /dev/log.

const LINE = /^<(\d+)>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d rtpproxy\[(\d+)\]: (.*)$/;

/** Starts a daemon in the background; it is killed with the test. */
async function start(t: Parameters<typeof temporaryDirectory>[0], args: readonly string[], stderr?: string) {
  const directory = temporaryDirectory(t);
  atEnd(t, () => {
    for (const pid of processesOf(directory)) process.kill(pid, 'SIGKILL');
  });
  const command = ['-F', '-D', '-p', 'pid', '-l', HOST, '-s', 'unix:control', ...args];
  const code =
    stderr === undefined
      ? (await runCommand(t, command, { directory })).code
      : await runIntoFile(command, directory, stderr);
  assert.equal(code, 0);
  const pid = Number(readFileSync(join(directory, 'pid'), 'latin1'));
  const stop = async () => {
    process.kill(pid, 'SIGTERM');
    await until(() => processesOf(directory).length === 0, 3000, 'end');
  };
  return { directory, pid, stop, control: unixClient(join(directory, 'control')) };
}

/** The lines up to the last one of a daemon: priority, and text. */
async function untilEnded(syslog: DatagramReceiver, pid: number): Promise<string[]> {
  const lines: string[] = [];
  while (!(lines.at(-1) ?? '').endsWith('rtpproxy ended')) {
    const [, priority, from, text] = LINE.exec(await syslog.next()) ?? assert.fail('no syslog line');
    assert.equal(Number(from), pid);
    lines.push(`<${priority}>${text}`);
  }
  return lines;
}

test('the background logs to syslog, with facility and level', async (t) => {
  const syslog = await bindDatagrams(t, '/dev/log');
  const { pid, control, stop } = await start(t, ['-d', 'info:local3']);
  portIn(await control.command(`U call-1 ${HOST} 4000 from`));
  await stop();
  const lines = await untilEnded(syslog, pid);
  assert.ok(lines.includes(`<158>INFO:GLOBAL:daemon:0: rtpproxy started, pid ${pid}`));
  assert.ok(lines.some((line) => line.startsWith('<158>INFO:call-1:')));
  assert.ok(lines.includes('<158>INFO:GLOBAL:signals:0: got signal 15'));
});

test('syslog may come late, go and come back', async (t) => {
  const { pid, control, stop } = await start(t, ['-d', 'err', '--log-format=json']);
  portIn(await control.command(`U c ${HOST} 4000 from`));
  const cause = () => control.command(`R nobody-${Math.random()} from to`);
  assert.match(await cause(), /^E/);
  const syslog = await bindDatagrams(t, '/dev/log');
  process.kill(pid, 'SIGURG');
  const texts: string[] = [];
  while (!texts.some((text) => text.includes('the log level is DBUG now'))) {
    const [, , , json] = LINE.exec(await syslog.next()) ?? assert.fail('no syslog line');
    texts.push(JSON.parse(json ?? '').text);
  }
  await stop();
});

test('--no_redirect logs to both', async (t) => {
  const syslog = await bindDatagrams(t, '/dev/log');
  const file = join(temporaryDirectory(t), 'log');
  // To a file: the daemon keeps stderr, and the end of a pipe would be the end of the daemon.
  const { pid, stop } = await start(t, ['--no_redirect', '-d', 'info'], file);
  await stop();
  const log = readFileSync(file, 'latin1');
  assert.match(log, new RegExp(`^INFO:GLOBAL:daemon:0: rtpproxy started, pid ${pid}$`, 'm'));
  assert.match(log, /^INFO:GLOBAL:daemon:0: rtpproxy ended$/m);
  assert.ok((await untilEnded(syslog, pid)).includes(`<30>INFO:GLOBAL:daemon:0: rtpproxy started, pid ${pid}`));
  assert.equal(existsSync('/dev/log'), true);
});

test('a syslog daemon that hangs delays nothing, and gets what there is room for', async (t) => {
  const syslog = await bindDatagrams(t, '/dev/log');
  const { pid, control, stop } = await start(t, ['-d', 'dbug']);
  syslog.stall();
  for (let i = 0; i < 400; i += 1) assert.equal(await control.command('V'), '20040107\n');
  syslog.resume();
  await until(() => syslog.waiting.length >= 800, 5000, 'lines');
  await stop();
  const lines = await untilEnded(syslog, pid);
  assert.equal(lines.filter((line) => line.includes('received command "V"')).length, 400);
});
