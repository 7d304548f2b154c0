import type { NatKind } from './nat-box.ts';
import { address, type NatNetwork } from './nat-network.ts';
import type { Endpoint } from './udp-peer.ts';

/** Long enough for a packet on its way, also on a busy machine. */
const LOST_MS = 300;
const HEARD_MS = 3000;

/** How a NAT looks from outside (RFC 4787 4.1, 5). */
export interface Behaviour {
  /** Whether packets to two ports of one host, and to another host, come from one public port. */
  readonly samePort: { readonly sameHost: boolean; readonly otherHost: boolean };
  /** Who gets a packet through to the public port, apart from those whom the phone has sent one. */
  readonly admits: { readonly otherPort: boolean; readonly otherHost: boolean };
}

/** Finds out what a NAT box does, with a phone behind it and two hosts on the other side. */
export async function probeNat(network: NatNetwork, kind: NatKind, octet: number): Promise<Behaviour> {
  const { inside, world, nat } = network;
  const phone = await inside.open({ host: address.inside(octet), port: 4000 });
  await nat.translate(kind, phone.local, { host: address.outside(octet), port: 20_000 });
  const [first, second] = [address.world(octet), address.worldElsewhere(octet)];
  const known = await world.open({ host: first, port: 5000 });
  const otherPort = await world.open({ host: first, port: 5002 });
  const otherHost = await world.open({ host: second, port: 5004 });

  const seenBy = async (peer: typeof known): Promise<Endpoint> => {
    phone.say('out', peer.local);
    return (await peer.hear('out', HEARD_MS)) ?? fail(`${kind}: nothing came out`);
  };
  const hears = async (peer: typeof known, to: Endpoint, ms: number): Promise<boolean> => {
    const text = `from ${peer.local.host}:${peer.local.port}`;
    peer.say(text, to);
    return (await phone.hear(text, ms)) !== null;
  };

  const mapped = await seenBy(known);
  if (!(await hears(known, mapped, HEARD_MS))) fail(`${kind}: the reply did not come in`);
  const admits = {
    otherPort: await hears(otherPort, mapped, LOST_MS),
    otherHost: await hears(otherHost, mapped, LOST_MS),
  };
  const [toOtherPort, toOtherHost] = [await seenBy(otherPort), await seenBy(otherHost)];
  for (const one of [phone, known, otherPort, otherHost]) one.close();
  const samePort = { sameHost: toOtherPort.port === mapped.port, otherHost: toOtherHost.port === mapped.port };
  return { samePort, admits };
}

function fail(message: string): never {
  throw new Error(message);
}
