import assert from 'node:assert/strict';
import { copyFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { RtpproxyClient } from '../../src/index.ts';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { freeUdpPort } from '../helpers/daemon.ts';
import { RtpPhone } from '../helpers/rtp-phone.ts';
import { execute, thisNpm } from './support/installation.ts';
import { type OverlayRoot, overlayRoot } from './support/overlay-root.ts';

// The Debian package in a root folder of its own: it installs, its daemon relays a call under a supervisor, it upgrades, and after
// a purge nothing is left.

const isRoot = process.getuid?.() === 0;
assert.ok(isRoot || process.env.CI === undefined, 'this test needs root');
const skip = isRoot ? false : 'only root can install packages';
const HOST = '127.0.0.1';
const PACKETS = 50;
const builds = temporaryDirectory({ after });
async function succeed(root: OverlayRoot, ...command: readonly string[]): Promise<string> {
  const run = await root.run(...command);
  assert.equal(run.code, 0, `${command.join(' ')}\n${run.output}`);
  return run.output;
}

test('the package installs, relays a call, upgrades and purges cleanly', { skip }, async (t) => {
  const build = await execute([thisNpm().node, 'scripts/package-deb.mjs', '--fast', builds], process.cwd());
  assert.equal(build.code, 0, build.output);
  const [name = ''] = readdirSync(builds);
  assert.match(name, /^rtpproxy-node_[\d.]+-1_\w+\.deb$/);

  const root = await overlayRoot(t);
  const before = await root.contents();
  copyFileSync(path.join(builds, name), path.join(root.path, 'srv', name));
  await succeed(root, 'dpkg', '-i', `/srv/${name}`);
  assert.match(await succeed(root, 'rtpproxy', '-v'), /^Basic version: 20040107\n/);
  assert.match(await succeed(root, 'rtpp-query', '--help'), /^usage: rtpp-query /);
  assert.match(await succeed(root, 'getent', 'passwd', 'rtpproxy'), /^rtpproxy:/);

  await relayUnderSupervisor(t, root);

  await succeed(root, 'sh', '-c', 'echo OPTIONS=-mine > /etc/default/rtpproxy');
  await succeed(root, 'dpkg', '-i', '--force-confdef', '--force-confold', `/srv/${name}`);
  assert.equal(await succeed(root, 'cat', '/etc/default/rtpproxy'), 'OPTIONS=-mine\n', 'an upgrade keeps the settings');

  await succeed(root, 'dpkg', '--purge', 'rtpproxy-node');
  assert.notEqual((await root.run('getent', 'passwd', 'rtpproxy')).code, 0, 'the user is gone');
  await succeed(root, 'rm', `/srv/${name}`);
  assert.deepEqual(
    [...(await root.contents())].filter((file) => !before.has(file)),
    [],
  );
});

async function relayUnderSupervisor(t: TestContext, root: OverlayRoot): Promise<void> {
  const control = `udp:${HOST}:${await freeUdpPort(HOST)}`;
  const supervisor = ['start-stop-daemon', '--user', 'rtpproxy', '--pidfile', '/run/rtpproxy/rtpproxy.pid'];
  await succeed(root, 'install', '-d', '-o', 'rtpproxy', '-g', 'rtpproxy', '/run/rtpproxy');
  const daemon = ['-p', '/run/rtpproxy/rtpproxy.pid', '-s', control, '-l', HOST];
  await succeed(
    root,
    ...supervisor,
    '--start',
    '--chuid',
    'rtpproxy',
    '--startas',
    '/usr/bin/rtpproxy',
    '--',
    ...daemon,
  );
  const stop = [...supervisor, '--stop', '--oknodo', '--retry', 'TERM/10/KILL/5'];
  atEnd(t, async () => {
    await root.run(...stop);
  });

  const client = new RtpproxyClient(control);
  atEnd(t, () => client.close());
  const [caller, callee] = [await RtpPhone.open(t, HOST), await RtpPhone.open(t, HOST)];
  const call = { callId: 'call', fromTag: 'caller', host: HOST };
  const forCallee = await client.update({ ...call, port: caller.port });
  const forCaller = await client.lookup({ ...call, toTag: 'callee', port: callee.port });
  await Promise.all([
    caller.talk({ address: HOST, port: forCaller?.port ?? 0 }, PACKETS),
    callee.talk({ address: HOST, port: forCallee.port }, PACKETS),
    caller.listen(PACKETS, 5000),
    callee.listen(PACKETS, 5000),
  ]);
  assert.deepEqual([callee.receptionOf(caller).lost, caller.receptionOf(callee).lost], [[], []]);
  await succeed(root, ...stop);
  await assert.rejects(client.version({ timeoutMs: 300 }), 'it has ended');
}
