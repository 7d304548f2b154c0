import assert from 'node:assert/strict';
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CallView } from '../../src/calls/view.ts';
import { atEnd, type TestScope, temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { EventClient, type HttpTarget, httpRequest } from '../helpers/http-client.ts';
import { setUpSilentCalls, startHttpRelay } from './support/http-relay.ts';
import { runCommand, SUPERUSER, startCommand } from './support/process.ts';
import { assertRelayed, HOST, setUpCall } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const NOBODY = 65534;

async function getJson(target: HttpTarget, path: string): Promise<unknown> {
  const { status, body } = await httpRequest(target, path);
  assert.equal(status, 200, body);
  return JSON.parse(body);
}

async function callsAt(target: HttpTarget, query = ''): Promise<CallView[]> {
  return ((await getJson(target, `/api/calls${query}`)) as { calls: CallView[] }).calls;
}

test('a call shows with both parties and its packets, and goes with D', async (t) => {
  const { control, target } = await startHttpRelay(t);
  const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
  const events = await EventClient.open(t, target);
  await events.next('ready');
  const id = '<script>alert(1)</script>';
  const { forCaller, forCallee } = await setUpCall(control, id, caller.local, callee.local);
  await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
  const text = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;
  const shown = (call: CallView | undefined) => {
    assert(call !== undefined);
    assert.deepEqual([call.call_id, call.complete], [id, true]);
    assert.deepEqual([call.caller.local_address, call.callee.local_address], [text(forCaller), text(forCallee)]);
    assert.deepEqual(
      [call.caller.remote_address, call.callee.remote_address],
      [text(caller.local), text(callee.local)],
    );
    assert.equal(call.caller.received_packets, 1);
  };
  const isRelayed = ({ caller: { received_packets } }: CallView) => received_packets === 1;
  const told = (await events.next('calls', (data) => (data as { calls: CallView[] }).calls.some(isRelayed))) as {
    calls: CallView[];
  };
  shown(told.calls[0]);
  const [listed] = await callsAt(target, `?call_id=${encodeURIComponent('<script>')}`);
  shown(listed);
  shown(((await getJson(target, `/api/calls/${encodeURIComponent(id)}`)) as { call: CallView }).call);
  shown(((await getJson(target, `/api/calls/${listed?.id}`)) as { call: CallView }).call);
  assert.deepEqual(await callsAt(target, '?call_id=other'), []);
  assert.equal(((await getJson(target, '/api/totals')) as { calls: number }).calls, 1);

  assert.equal(await control.command(`D ${id} from to`), '0\n');
  assert.deepEqual(await events.next('ended'), { ids: [listed?.id] });
  assert.deepEqual(await callsAt(target), []);
  assert.equal((await httpRequest(target, `/api/calls/${listed?.id}`)).status, 404);
});

test('many calls come page by page, each once', async (t) => {
  const relay = await startHttpRelay(t);
  await setUpSilentCalls(relay, 120);
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const page = (await getJson(relay.target, `/api/calls?limit=50&cursor=${cursor}`)) as {
      calls: CallView[];
      next: string;
    };
    ids.push(...page.calls.map(({ call_id }) => call_id));
    if (page.next === null) break;
    cursor = page.next;
  }
  assert.equal(ids.length, 120);
  assert.equal(new Set(ids).size, 120);
});

test('health says when no calls are taken any more', async (t) => {
  const { daemon, control, target } = await startHttpRelay(t);
  assert.equal(await control.command(`U c ${HOST} 4000 from`).then((reply) => reply.endsWith(`${HOST}\n`)), true);
  assert.deepEqual(await getJson(target, '/health'), { ready: true, draining: false });
  process.kill(daemon.pid, 'SIGHUP');
  await until(async () => (await httpRequest(target, '/health')).status === 503, 2000, 'draining');
  assert.equal((await httpRequest(target, '/health')).body, '{"ready":false,"draining":true}');
  await control.command('D c from');
  assert.deepEqual(await daemon.exited, { code: 0, signal: null });
});

test('the page is served, and nothing else of the disk', async (t) => {
  const { target } = await startHttpRelay(t);
  const { status, headers, body } = await httpRequest(target, '/');
  assert.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8']);
  for (const [, name = ''] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.equal((await httpRequest(target, `/${name}`)).status, 200, name);
  }
  for (const path of ['/../cli/rtpproxy.cjs', '/..%2fcli/rtpproxy.cjs', '/%2e%2e/package.json', '/page/main.js']) {
    assert.equal((await httpRequest(target, path)).status, 404, path);
  }
});

/** A daemon with an endpoint on a Unix socket, in a directory that everybody may write to. */
async function startOnUnixSocket(t: TestScope, args: readonly string[], before = (_path: string): void => {}) {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o777);
  const socketPath = join(directory, 'http');
  before(socketPath);
  const words = ['-f', '-p', 'pid', '-s', 'control', '-l', HOST, '--http', 'unix:http', ...args];
  const daemon = await startCommand(t, words, { directory });
  const ready = () => existsSync(join(directory, 'pid')) || daemon.exit() !== undefined;
  await until(ready, 10_000, 'start');
  return { daemon, socketPath };
}

test('a Unix socket has the mode of control sockets, replaces one that nobody has, and goes with the daemon', async (t) => {
  const leave = (path: string): void => {
    // What a killed daemon leaves.
    const server = createServer().listen(path);
    server.unref();
    atEnd(t, () => {
      server.close();
    });
  };
  const { daemon, socketPath } = await startOnUnixSocket(t, ['-F', '-w', '0640'], (path) => writeFileSync(path, ''));
  const target = { socketPath };
  assert.equal((statSync(socketPath).mode & 0o777).toString(8), '640');
  assert.equal((await httpRequest(target, '/health', { headers: { Host: 'any.name' } })).status, 200);
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  assert.equal(existsSync(socketPath), false);
  const second = await startOnUnixSocket(t, ['-F'], leave);
  assert.match(second.daemon.stderr(), /--http unix:\/.*\/http: Address already in use; another program listens there/);
  assert.equal((await second.daemon.exited).code, 1);
});

test("with -u the Unix socket is that user's", {
  skip: SUPERUSER ? false : 'only the superuser may change the user',
}, async (t) => {
  const { daemon, socketPath } = await startOnUnixSocket(t, ['-u', 'nobody']);
  assert.equal(daemon.exit(), undefined, daemon.stderr());
  assert.equal(statSync(socketPath).uid, NOBODY);
  assert.equal((await httpRequest({ socketPath }, '/health')).status, 200);
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  assert.equal(existsSync(socketPath), false);
});

test('the token of a file is asked for', async (t) => {
  const file = join(temporaryDirectory(t), 'token');
  writeFileSync(file, `${SECRET}\nnot this\n`, { mode: 0o600 });
  const { target } = await startHttpRelay(t, ['--http-token-file', file]);
  assert.equal((await httpRequest(target, '/api/calls')).status, 401);
  const { status } = await httpRequest(target, '/api/calls', { headers: { Authorization: `Bearer ${SECRET}` } });
  assert.equal(status, 200);
});

test("who may connect is --http-allow's, and this host's alone without it", async (t) => {
  const { target } = await startHttpRelay(t, ['--http-allow', '192.0.2.0/24']);
  await assert.rejects(httpRequest(target, '/health'), /ECONNRESET|socket hang up/);
  const { daemon } = await startHttpRelay(t, ['--http-allow', '127.0.0.1,10.0.0.0/8'], { logLevel: 'warn' });
  assert.match(daemon.stderr(), /sees all calls; --http-token-file asks for a token/);
});

test('what cannot be opened ends the start, and says what to do', async (t) => {
  const directory = temporaryDirectory(t);
  const token = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const server = createServer().listen(0, HOST);
  atEnd(t, () => {
    server.close();
  });
  await until(() => server.listening, 1000, 'a socket that listens');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const free = `${HOST}:0`;
  const rows: readonly (readonly [readonly string[], string])[] = [
    [
      [`${HOST}:${port}`],
      `--http ${HOST}:${port}: Address already in use; another program listens there (ss -ltnp, ss -lxp)`,
    ],
    [['192.0.2.1:9101'], '--http 192.0.2.1:9101: Cannot assign requested address; the address is none of this host'],
    [['unix:/nonexistent/http'], '--http unix:/nonexistent/http: No such file or directory; its folder does not exist'],
    [[free, '--http-token-file', '/nonexistent'], '--http-token-file /nonexistent: No such file or directory'],
    [[free, '--http-token-file', directory], `--http-token-file ${directory}: not a regular file`],
    [
      [free, '--http-token-file', token('short', 'abc\n')],
      `--http-token-file ${directory}/short: the first line has to be a token`,
    ],
    [
      [free, '--http-token-file', token('blank', `${SECRET} x\n`)],
      `--http-token-file ${directory}/blank: the first line has to be a token`,
    ],
  ];
  for (const [words, line] of rows) {
    const args = ['-f', '-F', '-p', 'pid', '-s', `udp:${HOST}:0`, '-l', HOST, '--http', ...words];
    const { code, stderr } = await runCommand(t, args);
    assert.equal(code, 1, stderr);
    assert(stderr.includes(`rtpproxy: ${line}`), stderr);
  }
});
