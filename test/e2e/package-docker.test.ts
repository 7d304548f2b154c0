import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';

// What the Dockerfile says of the daemon is tried without Docker: its entry point's arguments, and its health check.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCKERFILE = readFileSync(join(ROOT, 'scripts/packaging/Dockerfile'), 'utf8');

/** The arguments of the program in the JSON form of an instruction. */
function argumentsOf(instruction: string, program: string): string[] {
  const [, list = '[]'] = new RegExp(`${instruction} (\\[.*\\])$`, 'm').exec(DOCKERFILE) ?? [];
  const [node, file, ...args] = JSON.parse(list) as string[];
  assert.deepEqual([node, file], ['/nodejs/bin/node', `/usr/lib/rtpproxy-node/dist/cli/${program}`]);
  return args;
}

test('the health check asks the daemon that the entry point starts, whatever -s is added', async (t) => {
  const data = temporaryDirectory(t);
  const here = (args: readonly string[]) => args.map((arg) => arg.replace('/data/', `${data}/`));
  const check = () =>
    execFileSync(process.execPath, [join(ROOT, 'dist/cli/rtpp-query.js'), ...health], { encoding: 'utf8' });
  const health = here(argumentsOf('CMD', 'rtpp-query.js'));
  assert.throws(check, 'no daemon, not healthy');
  const port = await freeUdpPort('127.0.0.1');
  // In the foreground and with a pid file it is started anyway.
  const [foreground, pidOption, pidFile, ...entry] = here(argumentsOf('ENTRYPOINT', 'rtpproxy.cjs'));
  assert.deepEqual([foreground, pidOption, pidFile], ['-f', '-p', join(data, 'rtpproxy.pid')]);
  await startDaemon(t, [...entry, '-s', `udp:127.0.0.1:${port}`, '-l', '127.0.0.1']);
  assert.equal(check(), '20040107\n');
});

test('how to stop it is said, and nothing that was built here goes into the image', () => {
  assert.match(DOCKERFILE, /^STOPSIGNAL SIGTERM$/m);
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const built of ['node_modules', 'build', 'dist', 'native/build', 'prebuilds'])
    assert.ok(ignored.includes(built), built);
  for (const [, file = ''] of DOCKERFILE.matchAll(/COPY --from=build \/src\/(\S+)/g)) {
    if (!existsSync(join(ROOT, file))) assert.match(file, /^(?:node_modules|dist|build)/);
  }
});
