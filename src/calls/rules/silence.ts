import { hostOf, isAnyAddress, isPublic, outOfReach } from '../scope.ts';
import type { CallView, LegView } from '../view.ts';
import {
  COMFORT_NOISE,
  isHeld,
  legRule,
  packets,
  problem,
  type Rule,
  type Side,
  seconds,
  settledFor,
  since,
} from './rule.ts';

// Nothing is heard from a party. The first rule that applies to a leg names the cause.

/** A phone that has just been told where to send has begun to by then. */
const PATIENCE_S = 5;
/** Longer than the pauses of speech. */
const PAUSE_S = 10;
/** Comfort noise announces a silence of any length, and a fax (T.38) that gets a page sends nothing. */
const LONG_PAUSE_S = 60;

/**
 * Both parties are expected to send all the time. With a prompt for one of them neither has to: that is how controllers hold
 * a call whose SDP does not say `0.0.0.0`.
 */
function isDue(call: CallView): boolean {
  const { caller, callee } = call;
  return call.complete && !call.fork_target && !isHeld(call) && !caller.playing && !callee.playing;
}

/** Packets of the party are due, and there has never been one. */
function isMissing({ call, leg }: Side): boolean {
  return isDue(call) && leg.received_packets === 0 && settledFor(call) >= PATIENCE_S;
}

const strangersOnly = legRule('strangers-only', (side) => {
  const { name, leg } = side;
  if (!isMissing(side) || leg.ignored_packets === 0) return undefined;
  const from = leg.ignored_address === null ? 'elsewhere' : leg.ignored_address;
  const where = leg.signalled_address ?? 'where signalling says';
  return problem(
    `The ${name} is expected at ${where}, but packets come from ${from} only, and are ignored.`,
    [
      'leg.received_packets',
      'leg.ignored_packets',
      'leg.ignored_address',
      'leg.ignored_reason',
      'leg.signalled_address',
      'leg.asymmetric',
    ],
    leg.asymmetric
      ? `If ${from} is the ${name}, leave out modifier "a" of its U or L (and --force_asymmetric; in bridge mode give --bridge_symmetric).`
      : `If ${from} is the ${name}, signal that address, or use --latch=guarded; if not, see whether the ${name} sends at all.`,
  );
});

const advertisedAddress = legRule('advertised-address', (side) => {
  const { name, leg } = side;
  if (!isMissing(side) || leg.local_address === null) return undefined;
  const told = leg.advertised_host ?? hostOf(leg.local_address);
  const party = leg.remote_address ?? leg.signalled_address;
  if (party === null || isAnyAddress(told) || !isPublic(hostOf(party)) || !outOfReach(told, hostOf(party)))
    return undefined;
  return problem(
    `The ${name} at ${party} is told to send to ${told}, a private address, and nothing comes.`,
    ['leg.local_address', 'leg.advertised_host', 'leg.remote_address', 'leg.received_packets'],
    'Give the public address of this host: -A PUBLIC, or -l PRIVATE=PUBLIC, and forward the ports -m to -M to this host.',
  );
});

const privateAddress = legRule('private-address', (side) => {
  const { name, leg } = side;
  const { signalled_address: signalled } = leg;
  if (!isMissing(side) || signalled === null) return undefined;
  const place = placeOf(side);
  if (place === undefined || !outOfReach(hostOf(signalled), place)) return undefined;
  return problem(
    `The ${name} signalled ${signalled}, which cannot be reached from here, and has sent nothing that would tell its real address.`,
    ['leg.signalled_address', 'leg.remote_address', 'leg.received_packets', 'leg.local_address', 'leg.advertised_host'],
    `Media goes to the ${name} after its first packet: see whether it sends to the port that it was told, and whether a ` +
      'firewall drops that. A proxy that replaces private addresses in SDP (nat_uac_test, fix_nated_sdp) helps one-way calls.',
  );
});

/** An address of the side of the net on which the leg is: our own as the party knows it, or where the other party is. */
function placeOf({ leg, other }: Side): string | undefined {
  const bound = leg.local_address === null ? undefined : hostOf(leg.local_address);
  const own = leg.advertised_host ?? bound;
  if (own !== undefined && !isAnyAddress(own)) return own;
  const peer = other.remote_address ?? other.signalled_address;
  return peer === null ? undefined : hostOf(peer);
}

const noPackets = legRule('no-packets', (side) => {
  const { call, name, leg, other } = side;
  if (!isMissing(side)) return undefined;
  const both = other.received_packets === 0 ? ', nor from the other party' : '';
  return problem(
    `No packets have come from the ${name} in ${seconds(settledFor(call))}${both}.`,
    [
      'leg.received_packets',
      'leg.rtcp_received_packets',
      'other.received_packets',
      'leg.local_address',
      'leg.advertised_host',
      'duration_s',
    ],
    `See whether packets arrive: tcpdump -n udp port ${portText(leg.local_address)}. If none do, look at the SDP that the ${name} got ` +
      `(is ${leg.advertised_host ?? 'the address of this host'} in it?), at firewalls before this host, and at the phone; if some ` +
      'do, at the firewall of this host.',
  );
});

function portText(address: string | null): string {
  return address === null ? 'PORT' : address.slice(address.lastIndexOf(':') + 1);
}

const stopped = legRule('stopped', ({ call, name, leg, other }) => {
  const silence = leg.since_last_packet_s ?? since(call, leg.last_packet_at);
  const heard = isDue(call) && leg.received_packets > 0;
  const pause = mayPause(leg) ? LONG_PAUSE_S : PAUSE_S;
  if (!heard || silence < pause || !Number.isFinite(silence)) return undefined;
  const strangers =
    leg.ignored_packets > 0
      ? ` ${packets(leg.ignored_packets)} from ${leg.ignored_address ?? 'elsewhere'} were ignored.`
      : '';
  const hangUp =
    (other.since_last_packet_s ?? 0) >= PAUSE_S ? ' Both are silent: the call may be over without a D.' : '';
  return problem(
    `The ${name} stopped sending ${seconds(silence)} ago, after ${packets(leg.received_packets)}.`,
    [
      'leg.since_last_packet_s',
      'leg.last_packet_at',
      'leg.received_packets',
      'leg.remote_address',
      'leg.ignored_address',
      'leg.ignored_packets',
    ],
    `See whether the phone is muted, on hold by a=sendonly or a=inactive (which the relay is not told), has lost its network or hung ` +
      `up, and whether a NAT or firewall forgot the flow.${strangers}${hangUp}`,
  );
});

/** Packets of other types are telephone events or comfort noise, what is no RTP is fax. */
function mayPause(leg: LegView): boolean {
  return leg.other_payload_packets > 0 || leg.invalid_packets > 0 || COMFORT_NOISE.includes(leg.payload_type);
}

export const SILENCE_RULES: readonly Rule[] = [strangersOnly, advertisedAddress, privateAddress, noPackets, stopped];
