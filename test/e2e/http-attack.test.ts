import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { atEnd, type TestScope } from '../helpers/cleanup.ts';
import type { ControlClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { EventClient, type HttpTarget, httpRaw, httpRequest } from '../helpers/http-client.ts';
import { Load } from '../helpers/load.ts';
import { lossReport } from '../helpers/load-result.ts';
import { setUpSilentCalls, startHttpRelay } from './support/http-relay.ts';

// What somebody who may connect does to the endpoint costs others nothing: media and commands go on meanwhile.

const CALLS_WITH_MEDIA = 20;
const SECONDS = 8;
/** As JSON more than the kernel keeps for a reader that does not read. */
const SILENT_CALLS = 2000;
const CONNECTIONS = 1000;
/** Milliseconds that a command may take while other tests may share the processors; an endpoint that stalls takes longer. */
const LONGEST_COMMAND = 500;
const MEBIBYTE = 1024 * 1024;
/** What the daemon may take for it. */
const MEMORY = 128 * MEBIBYTE;

interface Port {
  readonly host: string;
  readonly port: number;
}

/** A socket that nobody waits for. */
function open(scope: TestScope, target: Port): Socket {
  const socket = connect(target.port, target.host);
  socket.on('error', () => {});
  atEnd(scope, () => {
    socket.destroy();
  });
  return socket;
}

function residentBytes(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kib) * 1024;
}

/** Asks for a summary again and again; how long the replies took, in milliseconds. */
async function askAllAlong(control: ControlClient, signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    const start = performance.now();
    assert.match(await control.command('I'), /^sessions created/);
    times.push(performance.now() - start);
    await delay(10);
  }
  return times.sort((a, b) => a - b);
}

/** Streams whose clients ask and then never read. */
function slowReaders(scope: TestScope, target: Port): void {
  for (let count = 0; count < 8; count++) {
    const socket = open(scope, target).pause();
    socket.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  }
}

/** Connections that say nothing, and heads that never end. */
async function manyConnections(scope: TestScope, target: Port): Promise<void> {
  for (let count = 0; count < CONNECTIONS; count++) {
    const socket = open(scope, target);
    if (count % 2 === 0) socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nA: ');
    if (count % 20 === 0) await delay(20);
  }
}

async function longHeads(scope: TestScope, target: Port): Promise<void> {
  const head = `GET / HTTP/1.1\r\nHost: localhost\r\n${`A: ${'a'.repeat(1000)}\r\n`.repeat(1000)}\r\n`;
  for (let count = 0; count < 20; count++) {
    const socket = open(scope, target);
    socket.write(head);
    await delay(50);
  }
}

/** Each of these is refused, whatever else goes on: with that status, or because there are too many connections. */
const REFUSED: readonly (readonly [status: number, path: string, options: object])[] = [
  [405, '/api/calls', { method: 'POST' }],
  [405, '/api/calls/1', { method: 'DELETE' }],
  [405, '/', { method: 'OPTIONS' }],
  [421, '/api/calls', { headers: { Host: 'evil.example' } }],
  [421, '/', { headers: { Host: 'evil.example:9101' } }],
  [403, '/api/events', { headers: { 'Sec-Fetch-Site': 'cross-site' } }],
  [404, '/../../../../etc/passwd', {}],
  [404, '/%2e%2e/%2e%2e/etc/passwd', {}],
  [400, '/api/calls/..%2f..%2fetc/passwd', {}],
  [400, '/api/calls?limit=1000000', {}],
  [414, `/${'a'.repeat(4000)}`, {}],
  [431, '/', { headers: { A: 'a'.repeat(MEBIBYTE) } }],
];

async function refused(target: HttpTarget): Promise<void> {
  for (const [status, path, options] of REFUSED) {
    const reply = await httpRequest(target, path, options).catch((error: Error) => error);
    // The rest of a head that is too long may meet a closed connection before the answer is read.
    if (reply instanceof Error) assert.match(String(reply), /EPIPE|ECONNRESET|hang up/, path.slice(0, 80));
    else assert.equal(reply.status, status, path.slice(0, 80));
  }
}

test('wrong requests are refused by their status', async (t) => {
  const { target } = await startHttpRelay(t);
  await refused(target);
  const raw = (text: string) => httpRaw(t, target, text);
  assert.match(await raw('GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await raw('CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^$|^HTTP\/1\.1 40[05] /);
  assert.match(await raw('\x16\x03\x01\x02\x00\x01\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.equal((await httpRequest(target, '/health')).status, 200);
});

test('media and commands go on whatever is done to the endpoint, and it is there afterwards', async (t) => {
  const relay = await startHttpRelay(t, ['-L', '16000']);
  const { control, daemon, target } = relay;
  await setUpSilentCalls(relay, SILENT_CALLS);
  const load = await Load.start({ control, sessions: CALLS_WITH_MEDIA, seconds: SECONDS });
  atEnd(t, () => load.close());
  const end = new AbortController();
  const commands = askAllAlong(control, end.signal);
  const before = residentBytes(daemon.pid);
  slowReaders(t, target);
  await longHeads(t, target);
  await refused(target);
  await manyConnections(t, target);
  const after = residentBytes(daemon.pid);
  const result = await load.result;
  end.abort();
  const times = await commands;
  const [p99 = 0, longest = 0] = [times[Math.floor(times.length * 0.99)], times.at(-1)];
  const grown = (after - before) / MEBIBYTE;
  t.diagnostic(
    `${times.length} commands, p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(1)} ms; ${grown.toFixed(1)} MiB`,
  );
  assert.equal(lossReport(result), '');
  assert(longest < LONGEST_COMMAND, `a command took ${longest} ms`);
  assert(after - before < MEMORY, `${grown} MiB more memory`);

  // Those who never read are dropped, heads that never end time out, and both leave their places to others.
  const works = () =>
    httpRequest(target, '/health').then(
      ({ status }) => status === 200,
      () => false,
    );
  await until(works, 15_000, 'an endpoint that works');
  await until(async () => await streams(t, target), 15_000, 'the end of slow readers');
});

async function streams(scope: TestScope, target: HttpTarget): Promise<boolean> {
  const client = await EventClient.open(scope, target);
  client.close();
  return client.status === 200;
}
