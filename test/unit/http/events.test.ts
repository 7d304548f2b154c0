import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { CallText } from '../../../src/http/call-text.ts';
import { EventStream, frame } from '../../../src/http/event-stream.ts';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { until, within } from '../../helpers/deadline.ts';
import { callView, FakeCalls } from '../../helpers/fake-calls.ts';
import { EventClient, type HttpTarget, rawConnection } from '../../helpers/http-client.ts';
import { startEndpoint } from '../../helpers/http-endpoint.ts';

/** Ids of calls in a message. */
function idsOf(data: unknown): string[] {
  return (data as { calls: { id: string }[] }).calls.map(({ id }) => id);
}

/** Reads until `ready`, and tells the calls that were told before. */
async function startOf(client: EventClient): Promise<string[]> {
  await until(() => client.messages.some(({ event }) => event === 'ready'), 5000, 'ready');
  const seen = client.messages.splice(0);
  return seen.filter(({ event }) => event === 'calls').flatMap(({ data }) => idsOf(data));
}

test('a stream tells all calls, then ready, then changes and ends', async (t) => {
  const calls = new FakeCalls(50);
  const { target } = await startEndpoint(t, { calls });
  const client = await EventClient.open(t, target);
  await client.next('totals');
  assert.deepEqual(await startOf(client), [...calls.known.keys()]);
  calls.change(callView('50', { ttl_s: 7 }), callView('51', { call_id: 'a\nb\n\ndata: x' }));
  const data = await client.next('calls');
  assert.deepEqual(data, { calls: [calls.known.get('50'), calls.known.get('51')] });
  calls.end('1', '2');
  assert.deepEqual(await client.next('ended'), { ids: ['1', '2'] });
  assert.equal(((await client.next('totals')) as { calls: number }).calls, 49);
});

test('a second client gets the calls as they are, and both are told the same', async (t) => {
  const calls = new FakeCalls(40);
  const { target } = await startEndpoint(t, { calls });
  const first = await EventClient.open(t, target);
  await startOf(first);
  calls.end('40');
  const second = await EventClient.open(t, target);
  assert.deepEqual(await startOf(second), [...calls.known.keys()]);
  assert.equal(calls.listeners.size, 1);
  calls.change(callView('7'));
  for (const client of [first, second]) assert.deepEqual(idsOf(await client.next('calls')), ['7']);
});

test('a client that comes while calls are being told is ready after them', async (t) => {
  const calls = new FakeCalls(3);
  const { target } = await startEndpoint(t, { calls });
  await startOf(await EventClient.open(t, target));
  const [listener] = calls.listeners;
  listener?.call(callView('2', { ttl_s: 7 }));
  const second = await EventClient.open(t, target);
  await second.next('calls');
  assert.ok(!second.messages.some(({ event }) => event === 'ready'));
  listener?.pause();
  await startOf(second);
});

test('calls are watched only while somebody looks', async (t) => {
  const calls = new FakeCalls(1);
  const { target } = await startEndpoint(t, { calls });
  assert.equal(calls.listeners.size, 0);
  const client = await EventClient.open(t, target);
  await startOf(client);
  assert.equal(calls.listeners.size, 1);
  client.close();
  await until(() => calls.listeners.size === 0, 2000, 'the end of the watch');
  const next = await EventClient.open(t, target);
  assert.deepEqual(await startOf(next), ['1']);
});

test('a client that does not read is told of each call once it does, and holds nobody up', async (t) => {
  const calls = new FakeCalls();
  const { target } = await startEndpoint(t, { calls });
  const slow = await EventClient.open(t, target);
  const fast = await EventClient.open(t, target);
  await startOf(slow);
  await startOf(fast);
  slow.pause();
  const text = 'x'.repeat(4000);
  for (let round = 0; round < 100; round++) {
    for (let id = 1; id <= 32; id++) calls.change(callView(String(id), { ttl_s: round, from_tag: text }));
    await fast.next('calls', (data) => idsOf(data).includes('32'));
  }
  calls.end('32');
  await fast.next('ended');
  slow.resume();
  await slow.next('ended');
  const last = new Map<string, number>();
  await until(
    () => {
      for (const { event, data } of slow.messages.splice(0)) {
        if (event === 'calls')
          for (const call of (data as { calls: { id: string; ttl_s: number }[] }).calls) last.set(call.id, call.ttl_s);
      }
      return [...last.values()].filter((ttl) => ttl === 99).length === 31;
    },
    5000,
    'the last state of each call',
  );
});

test('a client that never reads is dropped', async (t) => {
  const calls = new Map<string, CallText>();
  const { stream, response, target } = await lonelyStream(t, calls);
  const socket = await rawConnection(t, target);
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [current, answer] = [await stream, await response];
  const closed = once(answer, 'close');
  const message = frame('calls', `"${'x'.repeat(100_000)}"`);
  let largest = 0;
  while (!answer.destroyed) {
    current.changed(['1'], message);
    largest = Math.max(largest, answer.writableLength);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await within(closed, 5000, 'the end of the stream');
  assert(largest < 2 * message.length, `${largest} bytes waited`);
});

/** A server that makes its one request a stream which waits 200 ms for its reader. */
async function lonelyStream(scope: TestScope, calls: ReadonlyMap<string, CallText>) {
  const server = createServer();
  const response = once(server, 'request').then(([, answer]) => answer as ServerResponse);
  const stream = response.then((answer) => {
    answer.writeHead(200);
    return new EventStream(answer, calls, 200);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(scope, () => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert(address !== null && typeof address !== 'string');
  const target: HttpTarget = { host: '127.0.0.1', port: address.port };
  return { stream, response, target };
}
