import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockList, hostList, parseBlocks } from '../../../src/config/block-list.ts';
import { allowedBy, exposure, exposures } from '../../../src/config/control-sockets.ts';
import { parseControlSpec } from '../../../src/control/spec.ts';

test('without a list everybody may send commands, with one nobody else', () => {
  assert.equal(allowedBy([])('192.0.2.1'), true);
  const allows = allowedBy(parseBlocks(['10.0.0.0/8', '::1']));
  for (const host of ['10.1.2.3', '::1']) assert.equal(allows(host), true, host);
  // A client that is gone already has no address.
  for (const host of ['192.0.2.1', '127.0.0.1', '::2', '']) assert.equal(allows(host), false, host);
  assert.equal(allowedBy(parseBlocks(['*']))('192.0.2.1'), true);
  const six = allowedBy(parseBlocks(['::/0']));
  assert.equal(six('2001:db8::1'), true);
  assert.equal(six('fe80::1%eth0'), true);
  assert.equal(six('192.0.2.1'), false);
  assert.equal(allowedBy(parseBlocks(['::ffff:192.0.2.0/120']))('192.0.2.1'), true);
});

test('a control socket that the network reaches is worth a line', () => {
  const line = (text: string, allowed: readonly string[] = []) =>
    exposure(parseControlSpec(text), parseBlocks(allowed)) !== undefined;
  for (const text of ['udp:*', 'tcp:10.0.0.5:22222', 'udp6:*:22222', 'udp:proxy.example.com']) {
    assert.equal(line(text), true, text);
    assert.equal(line(text, ['10.0.0.0/8']), false, text);
  }
  for (const text of ['udp:127.0.0.1', 'tcp:localhost', 'udp6:::1:22222', 'unix:/x', 'stdio:']) {
    assert.equal(line(text), false, text);
  }
});

test('all control sockets of a configuration are looked at, and one that is none is the error of the start', () => {
  const controls = ['udp:*', 'unix:/x', 'tcp:10.0.0.5:22222'];
  const lines = exposures({ controls, resolve: true, controlAllow: [] });
  assert.deepEqual(
    lines.map((line) => line.split(': ')[0]),
    ['udp:*', 'tcp:10.0.0.5:22222'],
  );
  assert.deepEqual(exposures({ controls, resolve: true, controlAllow: ['10.0.0.0/8'] }), []);
  assert.throws(() => exposures({ controls: ['udp:127.0.0.1:99999'], resolve: true, controlAllow: [] }), {
    code: 'ERR_CONFIG',
    message: /^setbindhost: .* 99999\nrtpproxy: setbindhost failed\nrtpproxy: can't initialize control socket: /,
  });
});

test('lists are parted by commas, and a wrong entry is named', () => {
  assert.deepEqual(blockList('10.0.0.0/8, *:1-1023', '--peer-deny'), ['10.0.0.0/8', '*:1-1023']);
  assert.throws(() => blockList('10.0.0.0/8,x', '--peer-deny'), { message: 'x: --peer-deny argument is invalid' });
  assert.throws(() => hostList('10.0.0.1:80', '--control-allow'), {
    message: '10.0.0.1:80: --control-allow argument takes no ports',
  });
});
