import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
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
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const builds = temporaryDirectory({ after });
async function succeed(root: OverlayRoot, ...command: readonly string[]): Promise<string> {
  const run = await root.run(...command);
  assert.equal(run.code, 0, `${command.join(' ')}\n${run.output}`);
  return run.output;
}

let built: Promise<string> | undefined;

/** The package, made once; its name in `builds`. */
function packageName(): Promise<string> {
  built ??= (async () => {
    const build = await execute([thisNpm().node, 'scripts/package-deb.mjs', '--fast', builds], process.cwd());
    assert.equal(build.code, 0, build.output);
    const [name = ''] = readdirSync(builds);
    assert.match(name, /^rtpproxy-node_[\d.]+-1_\w+\.deb$/);
    return name;
  })();
  return built;
}

/** A root with the package in /srv. */
async function rootWithPackage(t: TestContext): Promise<{ readonly root: OverlayRoot; readonly name: string }> {
  const name = await packageName();
  const root = await overlayRoot(t);
  copyFileSync(path.join(builds, name), path.join(root.path, 'srv', name));
  return { root, name };
}

function pagesBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true }).map((name) => path.posix.join(folder, String(name)));
  return names.filter((name) => name.endsWith('.md'));
}

test('the package holds what runs, and pages whose links lead somewhere', async () => {
  const name = await packageName();
  const listed = await execute(['dpkg-deb', '-c', path.join(builds, name)], process.cwd());
  const files = new Set(listed.output.split('\n').map((line) => /\.(\/\S*)/.exec(line)?.[1] ?? ''));
  const unwanted = [...files].filter((file) => /\.d\.ts$|\.map$|npmignore|\/test\.js$|node_modules.*README/.test(file));
  assert.deepEqual(unwanted, []);
  const page = readdirSync('dist/page').map((file) => `/usr/lib/rtpproxy-node/dist/page/${file}`);
  assert.deepEqual(
    [...page, '/usr/lib/rtpproxy-node/node_modules/prom-client/package.json'].filter((file) => !files.has(file)),
    [],
  );
  const documents = '/usr/share/doc/rtpproxy-node';
  for (const page of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pagesBelow('docs')]) {
    for (const [, link = ''] of readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (link.includes('://')) continue;
      const target = path.posix.join(documents, path.posix.dirname(page), link);
      assert.ok(files.has(target) || files.has(`${target}/`), `${page}: ${link}`);
    }
  }
});

test('lintian has nothing to say against it', async (t) => {
  if ((await execute(['sh', '-c', 'command -v lintian'], process.cwd())).code !== 0) {
    assert.equal(process.env.CI, undefined, 'this test needs lintian');
    t.skip('lintian is missing');
    return;
  }
  const file = path.join(builds, await packageName());
  const run = await execute(['lintian', '--allow-root', '--fail-on', 'error,warning', file], process.cwd());
  assert.deepEqual([run.code, run.output], [0, '']);
});

/** Upgrades while a service manager says that the daemon runs; what that was told, and what the package said. */
async function upgrade(root: OverlayRoot, name: string, environment: string): Promise<{ told: string; said: string }> {
  await succeed(root, 'sh', '-c', 'mkdir -p /run/systemd/system; rm -f /run/told');
  for (const program of ['systemctl', 'deb-systemd-invoke', 'systemd-run']) {
    const script = `#!/bin/sh\necho "${program} $*" >> /run/told\n`;
    await succeed(
      root,
      'sh',
      '-c',
      'printf %s "$0" > "/usr/local/bin/$1"; chmod 755 "/usr/local/bin/$1"',
      script,
      program,
    );
  }
  const said = await succeed(
    root,
    'env',
    `PATH=/usr/local/bin:${PATH}`,
    ...environment.split(' ').filter(Boolean),
    'dpkg',
    '-i',
    `/srv/${name}`,
  );
  const told = await succeed(
    root,
    'sh',
    '-c',
    'grep -v -e "^systemctl --quiet is-active" -e daemon-reload /run/told || true',
  );
  return { told, said };
}

test('an upgrade ends no call unless it is told to', { skip }, async (t) => {
  const { root, name } = await rootWithPackage(t);
  await succeed(root, 'dpkg', '-i', `/srv/${name}`);
  const later = await upgrade(root, name, '');
  assert.equal(later.told, '');
  assert.match(
    later.said,
    /^rtpproxy: the former version goes on running with its calls\..*\n {2}systemctl restart rtpproxy /m,
  );
  assert.equal(
    (await upgrade(root, name, 'RTPPROXY_RESTART=now')).told,
    'deb-systemd-invoke restart rtpproxy.service\n',
  );
  await succeed(root, 'sh', '-c', 'echo RTPPROXY_RESTART=drain >> /etc/default/rtpproxy');
  const drain = await upgrade(root, name, '');
  assert.match(
    drain.told,
    /^systemctl kill --kill-who=main --signal=HUP rtpproxy\.service\nsystemd-run .*start rtpproxy\.service\n$/,
  );
  assert.match(drain.said, /^rtpproxy: takes no new calls;/m);
});

test('the package installs, relays a call, upgrades and purges cleanly', { skip }, async (t) => {
  const name = await packageName();
  const root = await overlayRoot(t);
  const before = await root.contents();
  copyFileSync(path.join(builds, name), path.join(root.path, 'srv', name));
  await succeed(root, 'dpkg', '-i', `/srv/${name}`);
  assert.match(await succeed(root, 'rtpproxy', '-v'), /^Basic version: 20040107\n/);
  assert.match(await succeed(root, 'rtpp-query', '--help'), /^usage: rtpp-query /);
  assert.match(await succeed(root, 'rtpp-ctl', '--help'), /^usage: rtpp-ctl /);
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
