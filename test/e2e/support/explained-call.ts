import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestScope } from '../../helpers/cleanup.ts';
import { type ControlClient, unixClient } from '../../helpers/control-client.ts';
import { type Daemon, startDaemon } from '../../helpers/daemon.ts';
import type { PacedPhone } from './paced-phone.ts';
import { Pacer } from './pacer.ts';
import { PhoneHost } from './phone-host.ts';
import { portIn } from './relay.ts';
import type { Endpoint } from './udp-peer.ts';

// Calls for `rtpp-ctl explain`: a daemon with a public and a private address, and phones with addresses of all kinds on the same
// host, which has no way to any other.

const PUBLIC = '203.0.113.1';
const PUBLIC_V6 = '2001:db8::1';
/** Label `inside`. */
const PRIVATE = '10.0.0.5';
/** Of the firewall of the host. */
export const WALLED = '198.51.100.77';
/** Prompt of 10 s in the daemon's directory. */
export const PROMPT = 'prompt';

/** A type without a known clock: packets that this machine sends late because it is busy are not told as a fault of the call. */
const PAYLOAD_TYPE = 97;
const PROMPT_BYTES = 80_000;
const HOSTS = 60;

/** Addresses of phones; all of them exist. */
export const address = {
  caller: (octet: number): Endpoint => ({ host: `192.0.2.${octet}`, port: 4000 }),
  callee: (octet: number): Endpoint => ({ host: `198.51.100.${octet}`, port: 6000 }),
  callerV6: { host: '2001:db8:1::1', port: 4000 },
  /** Of a private network that the daemon is not in: nobody is there. */
  behindNat: { host: '192.168.1.7', port: 4000 },
} as const;

/** Where the phones of a call are, and their ports. */
export class Scene {
  readonly daemon: Daemon;
  readonly control: ControlClient;
  /** `--url` of rtpp-ctl. */
  readonly url: string;
  readonly #host: PhoneHost;
  #streams = 0;

  private constructor(host: PhoneHost, daemon: Daemon) {
    this.#host = host;
    this.daemon = daemon;
    this.control = unixClient(join(daemon.directory, 'control'));
    this.url = `unix:${join(daemon.directory, 'http')}`;
  }

  static async open(scope: TestScope, args: readonly string[]): Promise<Scene> {
    const host = await PhoneHost.start(scope, new Pacer());
    const octets = Array.from({ length: HOSTS }, (_, index) => index + 1);
    const phones = octets.flatMap((octet) => [address.caller(octet), address.callee(octet)].map((at) => at.host));
    const hosts = [PUBLIC, PRIVATE, WALLED, ...phones].map((ip) => `addr add ${ip}/32 dev lo`);
    const hostsV6 = [PUBLIC_V6, address.callerV6.host].map((ip) => `addr add ${ip}/128 dev lo nodad`);
    const rules = [
      'add table ip wall',
      'add chain ip wall out { type filter hook output priority 0; }',
      `add rule ip wall out ip daddr ${WALLED} drop`,
    ];
    await host.namespace.run([
      `ip -batch - <<'END'\nlink set lo up\n${[...hosts, ...hostsV6].join('\n')}\nEND`,
      // What is sent to other hosts goes where nobody is.
      'ip link add nowhere type veth peer name far',
      'ip link set nowhere up arp off',
      'ip link set far up',
      'ip route add default dev nowhere',
      `nft '${rules.join(';')}'`,
    ]);
    const media = ['-l', PUBLIC, '-l', `inside@${PRIVATE}`, '-6', `outside@${PUBLIC_V6}`];
    const sockets = ['-s', 'unix:control', '--http', 'unix:http'];
    const daemon = await startDaemon(scope, [...sockets, ...media, ...args], {
      logLevel: 'info',
      launcher: host.namespace.launcher,
    });
    writeFileSync(join(daemon.directory, `${PROMPT}.0`), Buffer.alloc(PROMPT_BYTES, 0x55));
    return new Scene(host, daemon);
  }

  phone(at: Endpoint): Promise<PacedPhone> {
    return this.#host.open(at);
  }

  /** Sends a `U` or `L`; the port that is answered. */
  async signal(command: string): Promise<Endpoint> {
    return portIn(await this.control.command(command));
  }

  /** Has a phone send so many packets of 20 ms to a port, for good without a number. */
  talk(phone: PacedPhone, to: Endpoint, packets?: number): Promise<void> {
    const ssrc = ++this.#streams;
    return phone.talk({ to, ssrc, seq: 0, payloadType: PAYLOAD_TYPE, ...(packets !== undefined && { packets }) });
  }

  /** The same by a phone that is opened for that. */
  async talkFrom(at: Endpoint, to: Endpoint, packets?: number): Promise<PacedPhone> {
    const phone = await this.phone(at);
    void this.talk(phone, to, packets);
    return phone;
  }
}

/** `ADDRESS PORT` of a phone in a command. */
export function said({ host, port }: Endpoint): string {
  return `${host} ${port}`;
}
