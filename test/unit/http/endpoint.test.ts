import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Token } from '../../../src/http/token.ts';
import { until } from '../../helpers/deadline.ts';
import { FakeCalls } from '../../helpers/fake-calls.ts';
import { EventClient, httpRaw, httpRequest, rawConnection } from '../../helpers/http-client.ts';
import { startEndpoint } from '../../helpers/http-endpoint.ts';

const SECRET = 'a-token-of-a-test';

test('every answer forbids scripts and frames of others, and is not kept', async (t) => {
  const { target } = await startEndpoint(t);
  for (const path of ['/', '/health', '/nothing']) {
    const { headers } = await httpRequest(target, path);
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; .*frame-ancestors 'none'$/);
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|\*/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('nothing but GET and HEAD', async (t) => {
  const { target } = await startEndpoint(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND']) {
    const { status, headers } = await httpRequest(target, '/api/calls', { method });
    assert.equal(status, 405, method);
    assert.equal(headers.allow, 'GET, HEAD');
  }
  const head = await httpRequest(target, '/health', { method: 'HEAD' });
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '31']);
  assert.match(
    await httpRaw(t, target, 'GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello'),
    /^HTTP\/1\.1 400 /,
  );
});

test('health tells whether calls are taken', async (t) => {
  let draining = false;
  const { target } = await startEndpoint(t, { health: () => ({ ready: !draining, draining }) });
  const up = await httpRequest(target, '/health');
  assert.deepEqual([up.status, up.body], [200, '{"ready":true,"draining":false}']);
  draining = true;
  const down = await httpRequest(target, '/health');
  assert.deepEqual([down.status, down.body], [503, '{"ready":false,"draining":true}']);
});

test('a name in Host is refused, an address is not', async (t) => {
  const { target } = await startEndpoint(t);
  for (const host of [
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '[::1].x',
  ]) {
    const { status, body } = await httpRequest(target, '/api/calls', { headers: { Host: host } });
    assert.equal(status, 421, host);
    assert.match(body, /Use the address of the host or localhost/);
  }
  for (const host of ['localhost', 'LOCALHOST:9101', '127.0.0.1:9101', '192.0.2.1', '[::1]:9101', '[2001:db8::1]']) {
    assert.equal((await httpRequest(target, '/api/calls', { headers: { Host: host } })).status, 200, host);
  }
});

test('a health check by HTTP/1.0 needs no Host', async (t) => {
  const { target } = await startEndpoint(t);
  assert.match(await httpRaw(t, target, 'GET /health HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /);
  assert.match(await httpRaw(t, target, 'GET /health HTTP/1.0\r\nHost:\r\n\r\n'), /^HTTP\/1\.1 421 /);
  assert.match(await httpRaw(t, target, 'GET /health HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /);
});

test('pages of other sites are refused, links from them are followed', async (t) => {
  const { target } = await startEndpoint(t);
  const site = (value: string, more = {}) => ({ headers: { 'Sec-Fetch-Site': value, ...more } });
  assert.equal((await httpRequest(target, '/api/calls', site('cross-site'))).status, 403);
  assert.equal((await httpRequest(target, '/api/events', site('same-site'))).status, 403);
  assert.equal((await httpRequest(target, '/api/calls', site('same-origin'))).status, 200);
  assert.equal((await httpRequest(target, '/', site('none'))).status, 200);
  const link = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
  assert.equal((await httpRequest(target, '/', site('cross-site', link))).status, 200);
  const frame = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' };
  assert.equal((await httpRequest(target, '/', site('cross-site', frame))).status, 403);
});

test('paths name nothing but what there is', async (t) => {
  const page = new Map([['/page.js', { status: 200, type: 'text/javascript', body: 'x', headers: { ETag: '"1"' } }]]);
  const { target } = await startEndpoint(t, { page });
  assert.equal((await httpRequest(target, '/page.js')).body, 'x');
  assert.equal((await httpRequest(target, '/page.js', { headers: { 'If-None-Match': '"1"' } })).status, 304);
  const tricks = [
    '/../package.json',
    '/./page.js',
    '//page.js',
    '/%70age.js',
    '/page.js/',
    '/page.js%00',
    '/..%2f..%2fetc/passwd',
  ];
  for (const path of [...tricks, '/api', '/api/', '/metrics/', '/constructor', '/__proto__']) {
    assert.equal((await httpRequest(target, path)).status, 404, path);
  }
  for (const path of ['/api/calls/', '/api/calls/a/b', '/api/calls/%zz', '/api/calls/%']) {
    assert.equal((await httpRequest(target, path)).status, 400, path);
  }
  assert.equal((await httpRequest(target, `/${'a'.repeat(3000)}`)).status, 414);
  assert.match(
    await httpRaw(t, target, 'GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    /^HTTP\/1\.1 400 /,
  );
  assert.match(
    await httpRaw(t, target, `GET / HTTP/1.1\r\nHost: localhost\r\nA: ${'a'.repeat(9000)}\r\n\r\n`),
    /^HTTP\/1\.1 431 /,
  );
  assert.match(await httpRaw(t, target, 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /);
});

test('with a token nothing of the daemon is shown without it', async (t) => {
  const { target, endpoint, log } = await startEndpoint(t, {}, { token: new Token(SECRET, 9101) });
  for (const path of ['/metrics', '/health', '/api/calls', '/api/calls/1', '/api/events', '/nothing']) {
    const { status, headers } = await httpRequest(target, path);
    assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer'], path);
  }
  assert.equal((await httpRequest(target, '/')).status, 200, 'the page itself is the same everywhere');
  const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await httpRequest(target, '/metrics', bearer(SECRET))).status, 200);
  assert.equal((await httpRequest(target, '/metrics', bearer(`${SECRET}x`))).status, 401);
  assert.deepEqual(log.take(), ['WARN:GLOBAL:http: a wrong token came from 127.0.0.1, 1 so far']);
  const named = { headers: { Host: 'relay.example', Authorization: `Bearer ${SECRET}` } };
  assert.equal((await httpRequest(target, '/metrics', named)).status, 200, 'who has the token may use a name');
  assert.equal((await httpRequest(target, '/', { headers: { Host: 'relay.example' } })).status, 421);
  assert.notEqual(endpoint.port, 0);
});

test('a browser gets a cookie for the token', async (t) => {
  const { target } = await startEndpoint(t, {}, { token: new Token(SECRET, 9101) });
  assert.equal((await httpRequest(target, '/?token=wrong')).status, 401);
  assert.equal((await httpRequest(target, `/api/calls?token=${SECRET}`)).status, 401);
  const { status, headers } = await httpRequest(target, `/?token=${SECRET}`, { headers: { Host: 'relay.example' } });
  assert.deepEqual([status, headers.location], [303, './']);
  const [cookie = ''] = headers['set-cookie'] ?? [];
  assert.match(cookie, /^rtpproxy-9101=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/$/);
  assert(!cookie.includes(SECRET));
  const headersWith = (value: string) => ({ headers: { Cookie: `other=1; ${value}` } });
  assert.equal((await httpRequest(target, '/api/calls', headersWith(cookie.split(';')[0] ?? ''))).status, 200);
  assert.equal((await httpRequest(target, '/api/calls', headersWith('rtpproxy-9101=0'))).status, 401);
  assert.equal((await httpRequest(target, '/api/calls', headersWith(`rtpproxy-9101=${SECRET}`))).status, 401);
});

test('who is not allowed is not heard', async (t) => {
  const { target, log } = await startEndpoint(t, {}, { allows: () => false });
  for (let count = 0; count < 10; count++) assert.equal(await httpRaw(t, target, 'GET / HTTP/1.1\r\n\r\n'), '');
  const line = 'WARN:GLOBAL:http: 127.0.0.1 may not connect; see --http-allow';
  assert.deepEqual(log.lines, [`${line}, 1 so far`, `${line}, 10 so far`]);
});

test('a ninth stream, a third scrape and the hundred-and-first connection are refused, and places come back', async (t) => {
  const scrapes: (() => void)[] = [];
  const text = () => new Promise<string>((resolve) => scrapes.push(() => resolve('')));
  const { target, log } = await startEndpoint(t, { metrics: { contentType: 'text/plain', text } });
  const streams: EventClient[] = [];
  for (let count = 0; count < 8; count++) streams.push(await EventClient.open(t, target));
  const ninth = await httpRequest(target, '/api/events');
  assert.deepEqual([ninth.status, ninth.headers['retry-after']], [503, '1']);
  const running = [httpRequest(target, '/metrics'), httpRequest(target, '/metrics')];
  await until(() => scrapes.length === 2, 1000, 'two scrapes');
  assert.equal((await httpRequest(target, '/metrics')).status, 503);
  for (const end of scrapes) end();
  for (const scrape of running) assert.equal((await scrape).status, 200);
  streams.pop()?.close();
  await until(
    async () => {
      const client = await EventClient.open(t, target);
      client.close();
      return client.status === 200;
    },
    2000,
    'a free place',
  );
  for (let count = 0; count < 101; count++) await rawConnection(t, target);
  await until(() => log.lines.some((line) => line.includes('more than 100 connections')), 2000, 'a refused connection');
});

test('who asks again without waiting for the answer is closed, and places come back', async (t) => {
  const { target } = await startEndpoint(t);
  for (const path of ['/metrics', '/api/events', '/api/totals']) {
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    for (let count = 0; count < 20; count++) await httpRaw(t, target, request.repeat(3));
    await until(async () => (await httpRequest(target, path, { method: 'HEAD' })).status === 200, 2000, path);
  }
});

test('a defect is told as one, and logged', async (t) => {
  const calls = new FakeCalls();
  calls.totals = () => {
    throw new Error('broken');
  };
  const { target, log } = await startEndpoint(t, { calls });
  assert.equal((await httpRequest(target, '/api/totals')).status, 500);
  assert.match(log.lines.join(), /^CRIT:GLOBAL:http: internal error in \/api\/totals: Error: broken/);
});
