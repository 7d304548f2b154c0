import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listCalls, showCall } from '../../../src/http/call-routes.ts';
import { callView, FakeCalls } from '../../helpers/fake-calls.ts';

const list = (calls: FakeCalls, query: string) => listCalls(calls, new URLSearchParams(query));

test('calls come page by page', async () => {
  const calls = new FakeCalls(250);
  const ids: string[] = [];
  let cursor = '';
  do {
    const { status, body } = await list(calls, `limit=100&cursor=${cursor}`);
    assert.equal(status, 200);
    const page = JSON.parse(String(body));
    ids.push(...page.calls.map((call: { id: string }) => call.id));
    cursor = page.next ?? '';
  } while (cursor !== '');
  assert.deepEqual(ids, [...calls.known.keys()]);
});

test('filters are handed on', async () => {
  const calls = new FakeCalls();
  assert.deepEqual(await list(calls, ''), { status: 200, type: 'application/json', body: '{"calls":[],"next":null}' });
  assert.deepEqual(calls.asked, { filter: {}, limit: 100, cursor: undefined });
  await list(calls, 'call_id=a%20b&address=192.0.2.&max_mos=3.5&min_loss=2&limit=7&cursor=0');
  const filter = { callId: 'a b', address: '192.0.2.', maxMos: 3.5, minLoss: 2 };
  assert.deepEqual(calls.asked, { filter, limit: 7, cursor: '0' });
});

test('what cannot be meant is refused', async () => {
  const calls = new FakeCalls();
  const wrong = ['limit=0', 'limit=501', 'limit=1.5', 'limit=x', 'max_mos=-1', 'min_loss=1e3', 'callid=x', 'cursor=x'];
  for (const query of wrong) assert.equal((await list(calls, query)).status, 400, query);
  assert.match(String((await list(calls, 'callid=x')).body), /Unknown parameter; there are call_id, address/);
});

test('one call by its id, or by its Call-ID', async () => {
  const calls = new FakeCalls(1);
  calls.change(callView('2', { call_id: '</script>' }));
  for (const id of ['2', '</script>']) {
    const { status, body } = await showCall(calls, id);
    assert.equal(status, 200);
    assert.equal(JSON.parse(String(body)).call.id, '2');
  }
  assert.equal((await showCall(calls, '3')).status, 404);
});
