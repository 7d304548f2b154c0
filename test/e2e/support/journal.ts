import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { atEnd, type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import { unixClient } from '../../helpers/control-client.ts';
import { until } from '../../helpers/deadline.ts';
import { bindDatagrams } from '../../helpers/unix-datagrams.ts';
import { BUILT } from './process.ts';
import { HOST, portIn } from './relay.ts';

// Run by logging.test.ts where /run is this process's own: the daemon as systemd starts it, with a stream to the journal.

const JOURNAL = '/run/systemd/journal';

/** Starts a daemon in the foreground whose stderr is taken for the journal's; returns what it writes there. */
async function start(t: TestScope, ...args: string[]) {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'stderr');
  const fd = openSync(file, 'a');
  const { dev, ino } = fstatSync(fd, { bigint: true });
  const command = ['-f', '-F', '-p', 'pid', '-l', HOST, '-s', 'unix:control', '-d', 'info', ...args];
  const child = spawn(process.execPath, [BUILT, ...command], {
    cwd: directory,
    env: { ...process.env, JOURNAL_STREAM: `${dev}:${ino}` },
    stdio: ['ignore', 'ignore', fd],
  });
  const stop = async () => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
  };
  atEnd(t, stop);
  const stderr = () => readFileSync(file, 'latin1');
  await until(
    () => child.exitCode !== null || readFileSync(join(directory, 'pid'), { flag: 'a+' }).length > 0,
    5000,
    'start',
  );
  return { stderr, stop, control: unixClient(join(directory, 'control')) };
}

test('with --log-format=json the journal gets fields', async (t) => {
  mkdirSync(JOURNAL, { recursive: true });
  const journal = await bindDatagrams(t, `${JOURNAL}/socket`);
  const { control, stderr, stop } = await start(t, '--log-format=json');
  portIn(await control.command(`U call-1 ${HOST} 4000 from`));
  await stop();
  await until(() => journal.waiting.some((entry) => entry.includes('rtpproxy ended')), 5000, 'the end');
  const fields = /^MESSAGE=.*\nPRIORITY=6\nSYSLOG_IDENTIFIER=rtpproxy\nRTPP_TOPIC=\S+\n(?:RTPP_CALL_ID=\S+\n)?$/;
  for (const entry of journal.waiting) assert.match(entry, fields);
  assert.ok(journal.waiting.some((entry) => entry.endsWith('RTPP_TOPIC=update\nRTPP_CALL_ID=call-1\n')));
  assert.equal(stderr(), '');
});

test('without a journal, and without --log-format=json, lines go to stderr', async (t) => {
  const without = await start(t, '--log-format=json');
  await without.stop();
  assert.match(without.stderr(), /^\{"time":.*"text":"rtpproxy ended"\}$/m);
  mkdirSync(JOURNAL, { recursive: true });
  const journal = await bindDatagrams(t, `${JOURNAL}/socket`);
  const text = await start(t);
  await text.stop();
  assert.match(text.stderr(), /^INFO:GLOBAL:daemon:0: rtpproxy ended$/m);
  assert.deepEqual(journal.waiting, []);
});
