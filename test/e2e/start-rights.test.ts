import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startProcess } from '../helpers/child-process.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { type ControlClient, unixClient } from '../helpers/control-client.ts';
import { until } from '../helpers/deadline.ts';
import { BUILT, SUPERUSER } from './support/process.ts';
import { assertRelayed, HOST, setUpCall } from './support/relay.ts';
import { rtpPacket } from './support/rtp-packet.ts';
import { UdpPeer } from './support/udp-peer.ts';

// What only the start needs is given up in every thread, and calls work without it.

const NOBODY = 65534;
const skip = SUPERUSER ? false : 'the backend "shared" takes rights that this user does not have';
/** CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF. */
const OPENING = (1n << 12n) | (1n << 13n) | (1n << 39n);
const ARGS = ['-f', '-d', 'info', '-p', 'pid', '-s', 'control', '-l', HOST, '-6', 'six@::1', '--io=shared'];

async function start(t: TestContext, launcher: readonly string[], args: readonly string[]) {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o777);
  chownSync(directory, NOBODY, NOBODY);
  const daemon = await startProcess(t, [...launcher, process.execPath, BUILT, ...ARGS, ...args], { cwd: directory });
  await until(() => / listens: /.test(daemon.stderr()) || daemon.exit() !== undefined, 10_000, 'start');
  assert.match(daemon.stderr(), /media packets by the backend "shared"/);
  assert.doesNotMatch(daemon.stderr(), /are kept/);
  const pid = Number(readFileSync(join(directory, 'pid'), 'latin1'));
  return { daemon, pid, control: unixClient(join(directory, 'control')) };
}

/** The lines with capabilities of every thread, and whether it can get new ones by a program. */
function threadsOf(pid: number) {
  return readdirSync(`/proc/${pid}/task`).map((task) => {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, 'latin1');
    const sets = [...status.matchAll(/^Cap(?:Inh|Prm|Eff|Amb):\t([0-9a-f]+)$/gm)].map(([, hex]) => BigInt(`0x${hex}`));
    assert.equal(sets.length, 4);
    return { task, held: sets.reduce((all, set) => all | set, 0n), sealed: /^NoNewPrivs:\t1$/m.test(status) };
  });
}

async function callOver(t: TestContext, control: ControlClient, id: string): Promise<void> {
  const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
  const call = await setUpCall(control, id, caller.local, callee.local);
  await assertRelayed(rtpPacket(1), caller, call.forCaller, callee, call.forCallee);
}

/** Both parties on IPv6, a port of which is opened by each command. */
async function callOverIPv6(t: TestContext, control: ControlClient): Promise<void> {
  const [caller, callee] = [await UdpPeer.open(t, '::1'), await UdpPeer.open(t, '::1')];
  const through = async (command: string) => {
    const [, port, host = ''] = /^(\d+) (\S+) 6\n$/.exec(await control.command(command)) ?? assert.fail(command);
    return { host, port: Number(port) };
  };
  const forCallee = await through(`U6l{six} six ::1 ${caller.local.port} from`);
  const forCaller = await through(`L6l{six} six ::1 ${callee.local.port} from to`);
  await assertRelayed(rtpPacket(1), caller, forCaller, callee, forCallee);
}

for (const [name, launcher, args, mayHold] of [
  ['root', [], ['-F'], ~OPENING],
  ['root that becomes another user', [], ['-u', 'nobody'], 0n],
  [
    'a user with the three capabilities',
    [
      ...['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
      ...['--inh-caps=-all,+bpf,+net_admin,+net_raw', '--ambient-caps=-all,+bpf,+net_admin,+net_raw'],
    ],
    [],
    0n,
  ],
] as const) {
  test(`${name}: no thread keeps the rights that opened the backend`, { skip }, async (t) => {
    const [program = '', ...options] = launcher;
    if (program !== '' && spawnSync(program, [...options, process.execPath, BUILT, '-V']).status !== 0) {
      t.skip('another user cannot read this checkout, or setpriv is missing');
      return;
    }
    const { daemon, pid, control } = await start(t, launcher, args);
    const check = () => {
      const threads = threadsOf(pid);
      assert.ok(threads.length > 3);
      for (const { task, held, sealed } of threads) {
        assert.equal((held & ~mayHold).toString(16), '0', `capabilities of thread ${task}`);
        assert.ok(sealed, `NoNewPrivs of thread ${task}`);
      }
    };
    check();
    for (let i = 0; i < 3; i++) await callOver(t, control, `call-${i}`);
    await callOverIPv6(t, control);
    // Threads and sockets of a reload are no exception.
    process.kill(pid, 'SIGURG');
    await until(() => /log level/i.test(daemon.stderr()), 5000, 'reload');
    assert.equal(await control.command('X'), '0\n');
    await callOver(t, control, 'after');
    check();
    assert.ok(existsSync(`/proc/${pid}`));
  });
}
