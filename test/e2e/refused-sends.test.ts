import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { type ControlClient, unixClient } from '../helpers/control-client.ts';
import { type Daemon, startDaemon } from '../helpers/daemon.ts';
import { until } from '../helpers/deadline.ts';
import { whyNoNetworks } from './support/network-namespace.ts';
import { Pacer } from './support/pacer.ts';
import { PhoneHost } from './support/phone-host.ts';
import { counters, HOST, sessionFigures, untilLogged } from './support/relay.ts';

// Peers that the host cannot send to, in a network of their own: what is counted and told, and what others notice.

const skip = whyNoNetworks() ?? false;
const PATIENCE_MS = 20_000;

interface Scene {
  readonly host: PhoneHost;
  readonly daemon: Daemon;
  readonly control: ControlClient;
}

/** A daemon and phones on one host. */
async function setTheScene(t: TestContext, io: string, commands: readonly string[]): Promise<Scene> {
  const host = await PhoneHost.start(t, new Pacer());
  await host.namespace.run(['ip link set lo up', ...commands]);
  const socket = join(temporaryDirectory(t), 'control');
  const { launcher } = host.namespace;
  const args = ['-s', `unix:${socket}`, '-l', '0.0.0.0', `--io=${io}`];
  const daemon = await startDaemon(t, args, { logLevel: 'info', launcher });
  return { host, daemon, control: unixClient(socket) };
}

/** Sets up a call; its ports are at any address of the host. */
async function call({ control }: Scene, id: string, caller: number, callee: { host: string; port: number }) {
  const port = async (command: string) => ({ host: HOST, port: Number(await control.command(command)) });
  const forCallee = await port(`U ${id} ${HOST} ${caller} from`);
  return { forCallee, forCaller: await port(`L ${id} ${callee.host} ${callee.port} from to`) };
}

for (const io of ['sockets', 'shared'] as const) {
  test(`--io=${io}: what a firewall refuses counts as refused, not as relayed, and is told once`, {
    skip,
  }, async (t) => {
    const rules = [
      'add table ip wall',
      'add chain ip wall out { type filter hook output priority 0; }',
      'add rule ip wall out ip daddr 127.66.0.0/16 drop',
    ];
    const scene = await setTheScene(t, io, [`nft '${rules.join(';')}'`]);
    const { daemon, control } = scene;
    const phone = await scene.host.open({ host: HOST, port: 0 });
    const { forCaller } = await call(scene, 'c', phone.local.port, { host: '127.66.0.1', port: 4000 });
    for (let i = 0; i < 5; i++) phone.say(`packet ${i}`, forCaller);
    await until(async () => (await sessionFigures(control, 'c')).fromCaller === 5, PATIENCE_MS, 'five packets');
    const { relayed, dropped } = await sessionFigures(control, 'c');
    assert.deepEqual([relayed, dropped], [0, 0]);
    assert.deepEqual(await counters(control, 'npkts_relayed', 'npkts_refused'), [0, 5]);
    await control.command('D c from to');
    await untilLogged(daemon, /RTP send errors: 5 to callee, 0 to caller/);
    const told = daemon.stderr().match(/WARN:.*packets to .* cannot be sent.*/g);
    assert.equal(told?.length, 1, daemon.stderr());
    assert.match(String(told), /callee's RTP address 127\.66\.0\.1:4000 cannot be sent: Operation not permitted \(1\)/);
  });

  test(`--io=${io}: a neighbour that does not answer takes no room from other calls`, { skip }, async (t) => {
    // The kernel keeps what waits for the neighbour's address, and it counts for the socket that sent it.
    const neighbours = '/proc/sys/net/ipv4/neigh/eth';
    const scene = await setTheScene(t, io, [
      'ip link add eth type veth peer name far',
      'ip link set eth up',
      'ip link set far up',
      'ip addr add 10.9.0.1/24 dev eth',
      `echo 100000000 >${neighbours}/unres_qlen_bytes`,
      `echo 1000 >${neighbours}/mcast_solicit`,
    ]);
    const { control, host } = scene;
    const [talker, caller, callee] = [
      await host.open({ host: HOST, port: 0 }),
      await host.open({ host: HOST, port: 0 }),
      await host.open({ host: HOST, port: 0 }),
    ];
    const dead = await call(scene, 'dead', talker.local.port, { host: '10.9.0.9', port: 4000 });
    const good = await call(scene, 'good', caller.local.port, callee.local);
    const flood = async () => {
      for (let i = 0; i < 200; i++) talker.say('x'.repeat(1200), dead.forCaller);
      const [refused = 0] = await counters(control, 'npkts_refused');
      return refused > 0;
    };
    await until(flood, PATIENCE_MS, 'a full send queue');
    for (let i = 0; i < 50; i++) caller.say(`good ${i}`, good.forCaller);
    const heard = await callee.hear('good 49', PATIENCE_MS);
    assert.ok(heard !== null, 'the other call is cut off');
    for (let i = 0; i < 50; i++) assert.ok((await callee.hear(`good ${i}`, 0)) !== null, `packet ${i} is lost`);
    assert.equal((await sessionFigures(control, 'good')).relayed, 50);
  });
}
