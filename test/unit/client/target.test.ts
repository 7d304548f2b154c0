import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTarget } from '../../../src/client/target.ts';

test('targets are written as in -s', () => {
  const cases: readonly [string, object][] = [
    ['udp:192.0.2.1:5000', { kind: 'udp', family: 4, host: '192.0.2.1', port: 5000 }],
    ['udp:proxy.example:', { kind: 'udp', family: 4, host: 'proxy.example', port: 22222 }],
    ['udp:localhost', { kind: 'udp', family: 4, host: 'localhost', port: 22222 }],
    ['udp6:::1:5000', { kind: 'udp', family: 6, host: '::1', port: 5000 }],
    ['tcp:*:7', { kind: 'tcp', family: 4, host: '127.0.0.1', port: 7 }],
    ['tcp:0.0.0.0', { kind: 'tcp', family: 4, host: '127.0.0.1', port: 22222 }],
    ['tcp6::::', { kind: 'tcp', family: 6, host: '::1', port: 22222 }],
    ['unix:/run/x', { kind: 'unix', path: '/run/x' }],
    ['cunix:x:y', { kind: 'cunix', path: 'x:y' }],
    ['/run/x', { kind: 'unix', path: '/run/x' }],
    ['UDP:x', { kind: 'unix', path: 'UDP:x' }],
  ];
  for (const [text, target] of cases) assert.deepEqual(parseTarget(text), { text, ...target });
});

test('what no client can reach is refused', () => {
  const bad = ['', 'unix:', 'unix:/a\0', 'stdio:', 'stdioc:', 'systemd:', 'udp:', 'udp::1', 'udp:h:0', 'udp:h:65536'];
  bad.push('udp:h:x', 'udp:h:1e3', 'udp6:::1', 'udp6:[::1]:5000', 'udp6:127.0.0.1:1', 'udp:a b:1', 'tcp:::1:1');
  for (const text of bad) assert.throws(() => parseTarget(text), TypeError, text);
});
