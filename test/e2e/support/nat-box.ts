import type { NetworkNamespace } from './network-namespace.ts';
import type { Endpoint } from './udp-peer.ts';

// How each kind of NAT is made, for a phone at IN:in whose packets leave from OUT. Words of RFC 4787: mapping = whether
// the public port depends on whom the phone sends to; filtering = who may send to that port.
//
// | kind               | mapping              | filtering            | nftables                                         |
// |--------------------|----------------------|----------------------|--------------------------------------------------|
// | full cone          | endpoint-independent | endpoint-independent | snat IN:in to OUT:out, dnat OUT:out to IN:in     |
// | address-restricted | endpoint-independent | address-dependent    | the same, but dnat only from hosts in a set that |
// |                    |                      |                      | the phone's own packets fill                     |
// | port-restricted    | endpoint-independent | address and port     | snat IN:in to OUT:out; connection tracking lets  |
// |                    |                      |                      | in nothing but replies                           |
// | symmetric          | address and port     | address and port     | snat IN:in to OUT:out-out+99 fully-random: every |
// |                    |                      |                      | destination gets another port                    |
//
// What no rule lets in is dropped without a word. It must not be accepted by the box itself: connection tracking would
// take it for a flow of its own, and the phone's next packet to that host would get another port than OUT:out.

export const NAT_KINDS = ['full cone', 'address-restricted', 'port-restricted', 'symmetric'] as const;
export type NatKind = (typeof NAT_KINDS)[number];

/** Each public port of a symmetric NAT is one of so many. */
const SYMMETRIC_PORTS = 100;

const BASE = `
table ip nat {
  chain prerouting { type nat hook prerouting priority dstnat; }
  chain postrouting { type nat hook postrouting priority srcnat; }
  chain forward { type filter hook forward priority filter; }
  chain input {
    type filter hook input priority filter;
    iifname "wan" meta l4proto udp drop
  }
}`;

interface Rules {
  readonly prerouting: string;
  readonly forward: string;
  readonly postrouting: string;
}

/** The rules of the table above; `set` is a set of addresses. */
function rulesOf(kind: NatKind, set: string, inside: Endpoint, outside: Endpoint): Rules {
  const from = `ip saddr ${inside.host} udp sport ${inside.port}`;
  const to = `ip daddr ${outside.host} udp dport ${outside.port}`;
  const inwards = `dnat to ${inside.host}:${inside.port}`;
  const outwards = `${from} snat to ${outside.host}:${outside.port}`;
  switch (kind) {
    case 'full cone':
      return { prerouting: `${to} ${inwards}`, forward: '', postrouting: outwards };
    case 'address-restricted':
      return {
        prerouting: `${to} ip saddr @${set} ${inwards}`,
        forward: `${from} update @${set} { ip daddr }`,
        postrouting: outwards,
      };
    case 'port-restricted':
      return { prerouting: '', forward: '', postrouting: outwards };
    case 'symmetric':
      return {
        prerouting: '',
        forward: '',
        postrouting: `${outwards}-${outside.port + SYMMETRIC_PORTS - 1} fully-random`,
      };
  }
}

/** A router between the interfaces `lan` and `wan` of its namespace that translates the addresses of phones. */
export class NatBox {
  readonly namespace: NetworkNamespace;
  #phones = 0;

  constructor(namespace: NetworkNamespace) {
    this.namespace = namespace;
  }

  async start(): Promise<void> {
    await this.namespace.run(['echo 1 >/proc/sys/net/ipv4/ip_forward', ...load(BASE)]);
  }

  /** From now on the phone is seen as `outside`; for a symmetric NAT that is the first port it may get. */
  async translate(kind: NatKind, inside: Endpoint, outside: Endpoint): Promise<Translation> {
    const translation = new Translation(this.namespace, kind, inside, this.#phones++);
    await translation.create(outside);
    return translation;
  }
}

/** What a NAT box does for one phone. */
export class Translation {
  readonly #namespace: NetworkNamespace;
  readonly #kind: NatKind;
  readonly #inside: Endpoint;
  readonly #number: number;

  constructor(namespace: NetworkNamespace, kind: NatKind, inside: Endpoint, number: number) {
    this.#namespace = namespace;
    this.#kind = kind;
    this.#inside = inside;
    this.#number = number;
  }

  async create(outside: Endpoint): Promise<void> {
    const commands = [`add set ip nat ${this.#set} { type ipv4_addr; flags dynamic; size 64; }`];
    for (const hook of ['prerouting', 'forward', 'postrouting'] as const) {
      const chain = this.#chain(hook);
      commands.push(`add chain ip nat ${chain}`, `add rule ip nat ${hook} jump ${chain}`);
    }
    await this.#namespace.run(load([...commands, ...this.#rules(outside)].join('\n')));
  }

  /** The box forgets the phone: its next packet opens another public port, and the old one is dead. */
  async rebind(outside: Endpoint): Promise<void> {
    const { host, port } = this.#inside;
    await this.#namespace.run([
      ...load(this.#rules(outside).join('\n')),
      `conntrack -D -p udp --orig-src ${host} --sport ${port}`,
    ]);
  }

  #rules(outside: Endpoint): string[] {
    const rules = rulesOf(this.#kind, this.#set, this.#inside, outside);
    return (['prerouting', 'forward', 'postrouting'] as const).flatMap((hook) => {
      const chain = this.#chain(hook);
      const flush = `flush chain ip nat ${chain}`;
      return rules[hook] === '' ? [flush] : [flush, `add rule ip nat ${chain} ${rules[hook]}`];
    });
  }

  get #set(): string {
    return `contacted_${this.#number}`;
  }

  #chain(hook: keyof Rules): string {
    return `${hook}_${this.#number}`;
  }
}

/** Shell commands that have nft take these lines, all or none. */
function load(rules: string): string[] {
  return [`nft -f - <<'RULES'\n${rules}\nRULES`];
}
