import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Runs a module as a program that has this package installed. */
async function runModule(source: string, target: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: ROOT,
    env: { ...process.env, RTPPROXY: target },
    timeout: 10_000,
  });
  assert.equal(stderr, '');
  return stdout;
}

test('the example of docs/client.md runs', async (t) => {
  const example = /^```js\n(.*?)^```$/ms.exec(readFileSync(`${ROOT}/docs/client.md`, 'utf8'))?.[1];
  assert.ok(example !== undefined);
  const target = `udp:127.0.0.1:${await freeUdpPort('127.0.0.1')}`;
  await startDaemon(t, ['-s', target, '-l', '127.0.0.1']);
  assert.match(
    await runModule(example, target),
    new RegExp(
      [
        '^protocol 20040107',
        'port for the callee \\d+ 127\\.0\\.0\\.1',
        'port for the caller \\d+',
        'seconds left \\d+ packets relayed 0',
        'refused 50 sessionNotFound\n$',
      ].join('\n'),
    ),
  );
});

for (const kind of ['udp', 'cunix', 'unix']) {
  test(`an idle client over ${kind} does not keep its process running`, async (t) => {
    const port = await freeUdpPort('127.0.0.1');
    const udp = `udp:127.0.0.1:${port}`;
    const { directory } = await startDaemon(t, ['-s', udp, '-s', 'cunix:c', '-s', 'unix:u', '-l', '127.0.0.1']);
    const targets: Record<string, string> = { udp, cunix: `cunix:${directory}/c`, unix: `unix:${directory}/u` };
    const source = `import { RtpproxyClient } from 'rtpproxy-node';
      console.log(await new RtpproxyClient(process.env.RTPPROXY).version());`;
    assert.equal(await runModule(source, targets[kind] ?? ''), '20040107\n');
  });
}
