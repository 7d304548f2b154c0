import assert from 'node:assert/strict';
import type { TestScope } from '../../helpers/cleanup.ts';
import { type ControlClient, udpClient } from '../../helpers/control-client.ts';
import { type Daemon, type DaemonOptions, freeUdpPort, startDaemon } from '../../helpers/daemon.ts';
import { until } from '../../helpers/deadline.ts';
import type { Endpoint, UdpPeer } from './udp-peer.ts';

export const HOST = '127.0.0.1';
const START_TRIES = 3;

/** A daemon with a `udp:` control socket. */
export interface Relay {
  readonly daemon: Daemon;
  readonly control: ControlClient;
  /** Its control socket. */
  readonly controlAt: Endpoint;
}

/** Starts a daemon; its media ports are on 127.0.0.1 unless the arguments say otherwise. */
export async function startRelay(
  scope: TestScope,
  args: readonly string[] = ['-l', HOST],
  options: DaemonOptions = {},
): Promise<Relay> {
  for (let left = START_TRIES; ; left--) {
    const port = await freeUdpPort(HOST);
    try {
      const daemon = await startDaemon(scope, ['-s', `udp:${HOST}:${port}`, ...args], options);
      return { daemon, control: udpClient(HOST, port), controlAt: { host: HOST, port } };
    } catch (error) {
      // Somebody was faster with that port.
      if (left === 0 || !String(error).includes(`udp:${HOST}:${port}: Address already in use`)) throw error;
    }
  }
}

/** Where the parties of a call send their RTP to; packets to a party come from there too (media.md 1.1). */
export interface Call {
  readonly forCaller: Endpoint;
  readonly forCallee: Endpoint;
}

/** The port of a `PORT ADDRESS` reply. */
export function portIn(reply: string): Endpoint {
  const [, port, host] = /^(\d+) (\S+)(?: 6)?\n$/.exec(reply) ?? assert.fail(`the daemon answered ${reply}`);
  return { host: host ?? '', port: Number(port) };
}

/** The RTCP port of an RTP port. */
export function rtcpOf({ host, port }: Endpoint): Endpoint {
  return { host, port: port + 1 };
}

/** Sets up the call `id` from `from` to `to` between two IPv4 parties. */
export async function setUpCall(control: ControlClient, id: string, caller: Endpoint, callee: Endpoint): Promise<Call> {
  const forCallee = portIn(await control.command(`U ${id} ${caller.host} ${caller.port} from`));
  const forCaller = portIn(await control.command(`L ${id} ${callee.host} ${callee.port} from to`));
  return { forCaller, forCallee };
}

/** Sends a packet through the relay: it must arrive unchanged, as the next one, and come from `source`. */
export async function assertRelayed(
  data: Buffer,
  sender: UdpPeer,
  through: Endpoint,
  receiver: UdpPeer,
  source: Endpoint,
): Promise<void> {
  await sender.send(data, through);
  assert.deepEqual(await receiver.next(), { data, from: source });
}

/** Waits for a line of the daemon's log that no reply tells of. */
export async function untilLogged(daemon: Daemon, line: RegExp): Promise<void> {
  try {
    await until(() => line.test(daemon.stderr()), 2000, `log line ${line}`);
  } catch {
    assert.match(daemon.stderr(), line);
  }
}

/** Waits until the daemon, which was sent SIGHUP, accepts no new sessions any more. */
export async function untilDraining(control: ControlClient): Promise<void> {
  const refused = async () => {
    if ((await control.command(`U drain ${HOST} 4000 from`)) === 'E99\n') return true;
    await control.command('D drain from');
    return false;
  };
  await until(refused, 2000, 'slow shutdown');
}

/** Values of the daemon's counters, in the order of their names. */
export async function counters(control: ControlClient, ...names: readonly string[]): Promise<number[]> {
  return numbers(await control.command(`G ${names.join(' ')}`));
}

/** The five figures of `Q` about the call `id` from `from` to `to`. */
export async function sessionFigures(control: ControlClient, id: string) {
  const [ttl, fromCaller, fromCallee, relayed, dropped] = numbers(await control.command(`Q ${id} from to`));
  return { ttl, fromCaller, fromCallee, relayed, dropped };
}

function numbers(reply: string): number[] {
  assert.match(reply, /^[\d. ]+\n$/);
  return reply.trim().split(' ').map(Number);
}
