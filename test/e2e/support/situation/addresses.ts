import { isIPv6 } from 'node:net';
import type { Endpoint } from '../udp-peer.ts';

// Addresses of call situations. All of them are local to one namespace, which has no way to the machine's own network.
// Each call has networks of its own, by their third number, so that many calls can be played at once.

export const RELAY = '203.0.113.10';
export const RELAY_IPV6 = '2001:db8:10::10';
/** So many calls can be there at once: 1 to this are their numbers. */
export const CALLS = 250;

const NETWORKS = {
  home: (call: number, host: number) => `198.18.${call}.${host}`,
  carrier: (call: number, host: number) => `198.19.${call}.${host}`,
  elsewhere: (call: number, host: number) => `9.9.${call}.${host}`,
  /** Behind carrier-grade NAT. */
  strangers: (call: number, host: number) => `100.64.${call}.${host}`,
  homeIPv6: (call: number, host: number) => `2001:db8:40:${call}::${host}`,
  carrierIPv6: (call: number, host: number) => `2001:db8:20:${call}::${host}`,
  elsewhereIPv6: (call: number, host: number) => `2001:db8:30:${call}::${host}`,
  /** An address of `carrier` as some phones write it. */
  carrierMapped: (call: number, host: number) => `::ffff:198.19.${call}.${host}`,
} as const;

/** Socket address of a host in a network of the call, or one behind NAT, which nobody can send from. */
export type Place = `${keyof typeof NETWORKS}.${number}:${number}` | `192.168.1.${number}:${number}`;

/** IPv6 has no sockets on addresses that are not there one by one. These are the hosts that situations have. */
const IPV6_HOSTS = [5, 77];
const IPV6_NETWORKS = [NETWORKS.homeIPv6, NETWORKS.carrierIPv6, NETWORKS.elsewhereIPv6];

/** Shell commands that make every address of the networks, and the relay's, one that sockets can be bound to. */
export function networkCommands(): string[] {
  const networks = ['198.18.0.0/15', '9.9.0.0/16', '100.64.0.0/16', `${RELAY}/32`];
  const calls = Array.from({ length: CALLS }, (_, i) => i + 1);
  const hosts = IPV6_NETWORKS.flatMap((network) =>
    IPV6_HOSTS.flatMap((host) => calls.map((call) => network(call, host))),
  );
  const lines = [
    'link set lo up',
    ...networks.map((network) => `route add local ${network} dev lo`),
    ...[RELAY_IPV6, ...hosts].map((host) => `addr add ${host}/128 dev lo nodad`),
  ];
  return [`ip -batch - <<'END'\n${lines.join('\n')}\nEND`];
}

export function endpointOf(place: Place, call: number): Endpoint {
  const [, host = '', port] = /^(.+):(\d+)$/.exec(place) ?? [];
  const [network = '', number] = host.split('.');
  const address = network in NETWORKS ? NETWORKS[network as keyof typeof NETWORKS](call, Number(number)) : host;
  return { host: address, port: Number(port) };
}

/** Where somebody at that address can reach the relay. */
export function relayFor(host: string): string {
  return isIPv6(host) ? RELAY_IPV6 : RELAY;
}
