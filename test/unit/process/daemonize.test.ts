import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('background-process.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DEADLINE = 20_000;

/** Runs the parent to its end. stderr is complete only when no process holds it any more. */
async function start(...args: string[]): Promise<{ readonly code: unknown; readonly stderr: string }> {
  const parent = spawn(process.execPath, ['--import', 'tsx', PROCESS, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: DEADLINE,
  });
  const [stderr, [code, signal]] = await Promise.all([text(parent.stderr), once(parent, 'exit')]);
  return { code: code ?? signal, stderr };
}

/** Listens for the report that the child sends from the background. */
async function listenForReport(t: TestContext): Promise<{ readonly socket: string; report(): Promise<unknown> }> {
  const directory = mkdtempSync(path.join(tmpdir(), 'rtpproxy-background-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const socket = path.join(directory, 'report');
  const server = createServer().listen(socket);
  t.after(() => server.close());
  await once(server, 'listening');
  const connection = once(server, 'connection', { signal: AbortSignal.timeout(DEADLINE) });
  return {
    socket,
    async report() {
      const [client]: unknown[] = await connection;
      assert(client instanceof Socket);
      return JSON.parse(await text(client));
    },
  };
}

test('the parent returns 0 when the child is ready, and the child has let go of everything', async (t) => {
  const { socket, report } = await listenForReport(t);
  assert.deepEqual(await start('run', socket), { code: 0, stderr: 'still heard\n' });
  assert.deepEqual(await report(), { directory: '/', stderr: '/dev/null', sessionLeader: true, child: false });
});

test('-D keeps the directory', async (t) => {
  const { socket, report } = await listenForReport(t);
  assert.deepEqual(await start('stay', socket), { code: 0, stderr: 'still heard\n' });
  assert.deepEqual(await report(), {
    directory: path.resolve(ROOT),
    stderr: '/dev/null',
    sessionLeader: true,
    child: false,
  });
});

test('the parent returns 1 when the child ends first, whatever its exit code', async () => {
  assert.deepEqual(await start('fail'), { code: 1, stderr: 'rtpproxy: no luck\n' });
});

test('a killed child is reported', async () => {
  const { code, stderr } = await start('crash');
  assert.equal(code, 1);
  assert.match(stderr, /the background process was killed by SIGKILL before it was ready/);
});
