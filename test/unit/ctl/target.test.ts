import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ENDPOINT, parseEndpoint } from '../../../src/ctl/target.ts';

test('endpoints are read as --http of the daemon has them, and as URLs', () => {
  const tcp = { host: '127.0.0.1', port: 8080, path: '' };
  for (const text of ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/', '127.0.0.1:8080']) {
    assert.deepEqual(parseEndpoint(text), tcp, text);
  }
  assert.deepEqual(parseEndpoint('[::1]:8080'), { ...tcp, host: '::1' });
  assert.deepEqual(parseEndpoint('localhost:8080'), { ...tcp, host: 'localhost' });
  assert.deepEqual(parseEndpoint('http://relay.example/rtp/'), { host: 'relay.example', port: 80, path: '/rtp' });
  for (const text of ['unix:/run/x.sock', '/run/x.sock'])
    assert.deepEqual(parseEndpoint(text), { socketPath: '/run/x.sock' });
  assert.deepEqual(parseEndpoint(DEFAULT_ENDPOINT), { socketPath: '/run/rtpproxy/http' });
});

test('what is no endpoint', () => {
  for (const text of [
    '',
    'unix:',
    'https://127.0.0.1:8080',
    'http://',
    '127.0.0.1:99999',
    'http://a/?b',
    'udp:1.2.3.4:5',
  ]) {
    assert.equal(parseEndpoint(text), undefined, text);
  }
});
