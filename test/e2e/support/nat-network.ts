import type { TestScope } from '../../helpers/cleanup.ts';
import { NatBox } from './nat-box.ts';
import { NetworkNamespace } from './network-namespace.ts';
import { Pacer } from './pacer.ts';
import { PhoneHost } from './phone-host.ts';

// The network of the NAT tests. Every box is a namespace, every line a veth pair; there is no way to the machine's own
// network.
//
//   inside --lan- NAT box -wan-- bridge -- relay     inside    10.0.1.Y, 10.0.2.Y   NAT box   198.51.100.Y, 198.19.0.Y
//                                 |   |              relay     203.0.113.1
//                              world stranger        world     192.0.2.Y, 198.18.1.Y
//                                                    stranger  100.64.0.1

export const RELAY = '203.0.113.1';
export const STRANGER = '100.64.0.1';
/** The last octets that addresses may have: 1 to this. */
export const HOSTS = 200;

/** Addresses of phones and of the NAT box; all of them exist. */
export const address = {
  inside: (octet: number) => `10.0.1.${octet}`,
  /** A second phone behind the same NAT. */
  insideToo: (octet: number) => `10.0.2.${octet}`,
  outside: (octet: number) => `198.51.100.${octet}`,
  /** The NAT box in another network: a router that has changed its provider. */
  outsideElsewhere: (octet: number) => `198.19.0.${octet}`,
  world: (octet: number) => `192.0.2.${octet}`,
  /** Of the same host as `world`. */
  worldElsewhere: (octet: number) => `198.18.1.${octet}`,
} as const;

export interface NatNetwork {
  readonly relay: NetworkNamespace;
  readonly nat: NatBox;
  readonly inside: PhoneHost;
  readonly world: PhoneHost;
  readonly stranger: PhoneHost;
  /** Of all phones. */
  readonly pacer: Pacer;
}

/** Builds the network; it is gone when the test ends. */
export async function buildNatNetwork(scope: TestScope): Promise<NatNetwork> {
  const relay = await NetworkNamespace.open(scope);
  const nat = new NatBox(await NetworkNamespace.open(scope));
  const pacer = new Pacer();
  const [inside, world, stranger] = await Promise.all([
    PhoneHost.start(scope, pacer),
    PhoneHost.start(scope, pacer),
    PhoneHost.start(scope, pacer),
  ]);
  const port = (name: string, peer: string, { pid }: NetworkNamespace) => [
    `link add ${name} type veth peer name ${peer} netns ${pid}`,
    `link set ${name} master bridge up`,
  ];
  await configure(relay, [
    'link add bridge type bridge',
    ...addresses('bridge', [RELAY]),
    ...port('to-nat', 'wan', nat.namespace),
    ...port('to-world', 'eth', world.namespace),
    ...port('to-stranger', 'eth', stranger.namespace),
  ]);
  await configure(nat.namespace, [
    `link add lan type veth peer name eth netns ${inside.namespace.pid}`,
    'link set lan up',
    'addr add 10.0.0.1/16 dev lan',
    ...addresses('wan', [...every(address.outside), ...every(address.outsideElsewhere)]),
  ]);
  await nat.start();
  await configure(inside.namespace, [
    'link set eth up',
    ...[...every(address.inside), ...every(address.insideToo)].map((host) => `addr add ${host}/16 dev eth`),
    'route add default via 10.0.0.1',
  ]);
  await configure(world.namespace, addresses('eth', [...every(address.world), ...every(address.worldElsewhere)]));
  await configure(stranger.namespace, addresses('eth', [STRANGER]));
  return { relay, nat, inside, world, stranger, pacer };
}

function every(of: (octet: number) => string): string[] {
  return Array.from({ length: HOSTS }, (_, i) => of(i + 1));
}

/** Gives the interface these addresses, and everybody is its neighbour. */
function addresses(device: string, hosts: readonly string[]): string[] {
  return [
    `link set ${device} up`,
    ...hosts.map((host) => `addr add ${host}/32 dev ${device}`),
    `route add default dev ${device}`,
  ];
}

/** Runs `ip` with each of these. */
function configure(namespace: NetworkNamespace, commands: readonly string[]): Promise<void> {
  return namespace.run([`ip -batch - <<'END'\n${commands.join('\n')}\nEND`]);
}
