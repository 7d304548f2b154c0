import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import type { Daemon } from '../helpers/daemon.ts';
import { assertRelayed, HOST, type Relay, setUpCall, startRelay } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

// How packets come in and go out: `--io`. The other tests of relaying run with whatever `auto` chooses.

const BACKEND = /media packets by the backend "(\w+)"(?: \(not shared: (.*)\))?/;
const root = process.getuid?.() === 0;
const sharedSkip = root ? false : 'the backend "shared" takes rights that this user does not have';

function backendOf(daemon: Daemon): RegExpExecArray {
  return BACKEND.exec(daemon.stderr()) ?? assert.fail(`no line about the backend: ${daemon.stderr()}`);
}

/** Sockets are used again from Linux 6.3 on. */
const [major = 0, minor = 0] = release().split('.').map(Number);
const reuseSkip = major > 6 || (major === 6 && minor >= 3) ? false : 'the kernel cannot';

/** A call between two new phones, a packet each way. */
async function callOver(t: TestContext, { control }: Relay, id: string): Promise<void> {
  const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
  const call = await setUpCall(control, id, caller.local, callee.local);
  await assertRelayed(rtpPacket(1), caller, call.forCaller, callee, call.forCallee);
  await assertRelayed(rtpPacket(2), callee, call.forCallee, caller, call.forCaller);
}

for (const io of ['sockets', 'shared'] as const) {
  test(`--io=${io} is taken, says so, and relays`, { skip: io === 'shared' && sharedSkip }, async (t) => {
    const relay = await startRelay(t, ['-l', HOST, `--io=${io}`], { logLevel: 'info' });
    assert.deepEqual([...backendOf(relay.daemon)].slice(1), [io, undefined]);
    await callOver(t, relay, 'c');
  });
}

test('by default root gets shared', { skip: sharedSkip }, async (t) => {
  const { daemon } = await startRelay(t, ['-l', HOST], { logLevel: 'info' });
  assert.equal(backendOf(daemon)[1], 'shared');
});

test('ports on the wildcard address relay through both backends', { skip: sharedSkip }, async (t) => {
  for (const io of ['sockets', 'shared']) {
    const { control } = await startRelay(t, ['-l', '0.0.0.0', `--io=${io}`]);
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    // Replies show no address then.
    const through = async (command: string) => ({ host: HOST, port: Number(await control.command(command)) });
    const forCallee = await through(`U c ${HOST} ${caller.local.port} from`);
    const forCaller = await through(`L c ${HOST} ${callee.local.port} from to`);
    await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
    // Another address of the host: whoever sends there is answered from there, whichever way a packet takes.
    const [atSeven, atEight] = [
      { ...forCaller, host: '127.0.0.7' },
      { ...forCallee, host: '127.0.0.8' },
    ];
    await assertRelayed(rtpPacket(1), callee, atEight, caller, forCaller);
    for (const payloadBytes of [160, 1400]) {
      await assertRelayed(rtpPacket(2, { payloadBytes }), caller, atSeven, callee, atEight);
      await assertRelayed(rtpPacket(2, { payloadBytes }), callee, atEight, caller, atSeven);
    }
  }
});

test('without the rights auto falls back and tells why, and shared refuses to start', {
  skip: sharedSkip,
}, async (t) => {
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all', '--inh-caps=-all'];
  const daemon = [process.execPath, fileURLToPath(new URL('../../dist/cli/rtpproxy.cjs', import.meta.url))];
  const run = (args: readonly string[]) =>
    spawnSync('setpriv', [...nobody, ...args], { encoding: 'latin1', input: '' });
  if (run([...daemon, '-v']).status !== 0) {
    t.skip('another user cannot read this checkout, or setpriv is missing');
    return;
  }
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o777);
  // The end of the standard input ends it as soon as it runs.
  const args = [...daemon, '-f', '-p', join(directory, 'pid'), '-d', 'info', '-s', 'stdioc:', '-l', HOST];
  const why = 'map of ports: Operation not permitted (1); it needs CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW';
  const refused = run([...args, '--io=shared']);
  assert.deepEqual([refused.status, refused.stderr], [1, `rtpproxy: can't start the relay workers: ${why}\n`]);
  const automatic = run(args);
  assert.equal(automatic.status, 0);
  assert.deepEqual([...(BACKEND.exec(automatic.stderr) ?? [])].slice(1), ['sockets', why]);
});

/** The line about the backend of a daemon that starts and ends in a network namespace, after that script. */
function lineInNamespace(t: TestContext, script: string, args: readonly string[] = []): string {
  const directory = temporaryDirectory(t);
  const program = fileURLToPath(new URL('../../dist/cli/rtpproxy.cjs', import.meta.url));
  // The end of the standard input ends it as soon as it runs.
  const daemon = [process.execPath, program, '-fF', '-p', join(directory, 'pid'), '-d', 'info', '-s', 'stdioc:'];
  const command = [
    'sh',
    '-ec',
    `ip link set lo up; ${script}; exec "$@"`,
    'sh',
    ...daemon,
    '-l',
    HOST,
    '--io=shared',
    ...args,
  ];
  const run = spawnSync('unshare', ['-nmpf', '--propagation=private', ...command], { encoding: 'latin1', input: '' });
  assert.equal(run.status, 0, run.stderr);
  return /media packets by .*/.exec(run.stderr)?.[0] ?? assert.fail(run.stderr);
}

test('sockets are used again, or it is said why not, also where /proc/sys is out of sight', {
  skip: sharedSkip || reuseSkip,
}, (t) => {
  const range = (ports: string) => `echo ${ports} > /proc/sys/net/ipv4/ip_local_port_range`;
  // As with ProcSubset=pid of the systemd unit.
  const hidden = 'mount -t proc -o subset=pid proc /proc; test ! -e /proc/sys';
  const on = 'media packets by the backend "shared", sockets are used again for ports';
  assert.equal(lineInNamespace(t, `${range('40001 50002')}; ${hidden}`), `${on} 40001-50002`);
  assert.equal(lineInNamespace(t, `${range('1024 65535')}; ${hidden}`), `${on} 35000-64999`);
  const off = 'media packets by the backend "shared", sockets are not used again:';
  const outside = 'no media port is in net.ipv4.ip_local_port_range, 10000-20000';
  assert.equal(lineInNamespace(t, `${range('10000 20000')}; ${hidden}`), `${off} ${outside}`);
  const reserve = 'echo 35000-65000 > /proc/sys/net/ipv4/ip_local_reserved_ports';
  const reserved = 'net.ipv4.ip_local_reserved_ports has the media ports';
  assert.equal(lineInNamespace(t, `${reserve}; ${hidden}`), `${off} ${reserved}`);
  assert.equal(lineInNamespace(t, hidden, ['-L', '120']), `${off} few descriptors may be open, see -L`);
});

test('two daemons on one range of ports relay side by side', { skip: sharedSkip }, async (t) => {
  const range = ['-l', HOST, '-m', '12400', '-M', '12800', '--io=shared'];
  const relays = [await startRelay(t, range), await startRelay(t, range)];
  for (let i = 0; i < 10; i++) for (const relay of relays) await callOver(t, relay, `c${i}`);
});

test('a port that another program has is never touched', { skip: sharedSkip }, async (t) => {
  // Every second pair of ports of the range belongs to others.
  const others: UdpPeer[] = [];
  const base = 12000;
  for (let port = base; port < base + 40; port += 4) others.push(await UdpPeer.open(t, HOST, port));
  const relay = await startRelay(t, ['-l', HOST, '-m', `${base}`, '-M', `${base + 41}`, '--io=shared']);
  await callOver(t, relay, 'one');
  await callOver(t, relay, 'two');
  const phone = await UdpPeer.open(t, HOST);
  for (const other of others) {
    const packet = rtpPacket(3);
    await phone.send(packet, other.local);
    assert.deepEqual((await other.next()).data, packet);
  }
});

test('a killed daemon leaves nothing behind', { skip: sharedSkip }, async (t) => {
  const relay = await startRelay(t, ['-l', HOST, '--io=shared'], { checkExit: false });
  const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
  const call = await setUpCall(relay.control, 'c', caller.local, callee.local);
  await assertRelayed(rtpPacket(1), caller, call.forCaller, callee, call.forCallee);
  process.kill(relay.daemon.pid, 'SIGKILL');
  await relay.daemon.exited;
  // Whoever has the port now gets its packets.
  const next = createSocket('udp4');
  atEnd(t, () => void next.close());
  next.bind(call.forCaller.port, HOST);
  await once(next, 'listening');
  const received = once(next, 'message');
  const packet = rtpPacket(2);
  await caller.send(packet, call.forCaller);
  assert.deepEqual((await received)[0], packet);
});
