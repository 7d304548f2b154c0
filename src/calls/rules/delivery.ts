import { COMFORT_NOISE, legRule, packets, problem, type Rule, since } from './rule.ts';

// What arrives at the parties, and what of it they can play.

/** Sends that fail now and then, as one ICMP message makes them, are no fault: this many, and that share of all. */
const FAILED_SENDS = 5;
const FAILED_SHARE = 0.01;
/**
 * Hosts and routers send few ICMP messages, often one a second: so many of them without a pause of five seconds, the last one not longer
 * ago, are a fault. One now and then is a packet that is lost.
 */
const ICMP_REPORTS = 3;
const ICMP_SECONDS = 5;
/** Packets of a payload type before it counts: a second of speech. */
const TYPE_PACKETS = 50;
/** Five seconds of speech: below that a share says nothing. */
const JUDGED_PACKETS = 250;
const LOSS_PERCENT = 3;
const FAR_LOSS_PERCENT = 5;

/** What to do about an error of sending, by its name. */
const SEND_ADVICE: Readonly<Record<string, string>> = {
  EPERM: 'The firewall of this host drops what is sent there: see its rules for output (nft list ruleset).',
  EACCES: 'The address is a broadcast one, or a route or a security module forbids it: see ip route get ADDRESS.',
  ECONNREFUSED:
    'The host answers with ICMP "port unreachable": nothing listens there. See whether the phone is gone, or another address is signalled.',
  EHOSTUNREACH: 'The host cannot be reached, or a firewall on the way says so: see ip route get ADDRESS and ip neigh.',
  ENETUNREACH:
    'There is no route to it, from this host or behind it: see ip route get ADDRESS, and whether -l is an address of the right network.',
  EAGAIN: 'The send queue is full: a neighbour does not answer (ip neigh), or the link is too slow.',
  ENOBUFS: 'The queue of the network interface is full: see tc -s qdisc for drops.',
  EMSGSIZE: 'The packets are larger than the way there takes: lower the packet time of the phones.',
  EINVAL: 'The address cannot be sent to from the one that this leg is bound to: see -l and the SDP of the party.',
};

const sendErrors = legRule('send-errors', ({ name, leg, other }) => {
  const tried = leg.send_errors + other.relayed_packets;
  if (leg.send_errors < FAILED_SENDS || leg.send_errors < FAILED_SHARE * tried) return undefined;
  const error = leg.send_error ?? 'unknown error';
  return problem(
    `The kernel refuses packets to the ${name} at ${leg.remote_address ?? 'its address'}: ${error}, ${packets(leg.send_errors)} of ${tried}.`,
    ['leg.send_errors', 'leg.send_error', 'leg.remote_address', 'leg.local_address', 'other.relayed_packets'],
    SEND_ADVICE[error] ?? 'See the WARN line "cannot be sent" in the log, and ip route get ADDRESS.',
  );
});

const unreachable = legRule('unreachable', ({ call, name, leg }) => {
  const { unreachable_recent: reports, unreachable_error: error } = leg;
  if (reports < ICMP_REPORTS || error === null || since(call, leg.unreachable_at) > ICMP_SECONDS) return undefined;
  return problem(
    `Packets to the ${name} at ${leg.remote_address ?? 'its address'} do not arrive: ICMP says ${error}, ${reports} times.`,
    [
      'leg.unreachable_recent',
      'leg.unreachable_error',
      'leg.unreachable_at',
      'leg.remote_address',
      'other.relayed_packets',
    ],
    SEND_ADVICE[error] ?? 'See ip route get ADDRESS.',
  );
});

const payloadType = legRule('payload-type', ({ name, leg, otherName, other }) => {
  const { payload_type: type } = leg;
  const listed = other.offered_payload_types;
  const ofType = leg.received_packets - leg.other_payload_packets;
  if (type === null || listed === null || listed.length === 0) return undefined;
  if (listed.includes(type) || COMFORT_NOISE.includes(type)) return undefined;
  if (ofType < TYPE_PACKETS || ofType < leg.other_payload_packets) return undefined;
  const codec = leg.codec === null ? '' : ` (${leg.codec})`;
  return problem(
    `The ${name} sends payload type ${type}${codec}, which the ${otherName} does not list (${listed.join(', ')}).`,
    [
      'leg.payload_type',
      'leg.codec',
      'leg.received_packets',
      'leg.other_payload_packets',
      'other.offered_payload_types',
    ],
    `The ${otherName} cannot play it. See the SDP of both: the ${name} ignores the answer, or the proxy took codecs out on one side only. ` +
      'The relay does not transcode.',
  );
});

const packetLoss = legRule('packet-loss', ({ name, leg, otherName }) => {
  const loss = leg.loss_percent;
  if (loss === null || loss < LOSS_PERCENT || leg.expected_packets < JUDGED_PACKETS) return undefined;
  return problem(
    `${loss.toFixed(1)} % of the ${name}'s packets are lost before they come here (${packets(leg.lost_packets)} in ${leg.loss_events} runs).`,
    [
      'leg.loss_percent',
      'leg.lost_packets',
      'leg.loss_events',
      'leg.expected_packets',
      'leg.mos_lq',
      'leg.longest_gap_ms',
    ],
    `The ${otherName} hears gaps. Look at the network of the ${name} (Wi-Fi, uplink), and at drops of this host: nstat -az UdpRcvbufErrors.`,
  );
});

const latePackets = legRule('late-packets', ({ name, leg, otherName }) => {
  const percent = (100 * leg.late_packets) / Math.max(1, leg.expected_packets);
  if (percent < LOSS_PERCENT || leg.expected_packets < JUDGED_PACKETS) return undefined;
  return problem(
    `${percent.toFixed(1)} % of the ${name}'s packets come later than a jitter buffer of 60 ms waits.`,
    ['leg.late_packets', 'leg.expected_packets', 'leg.jitter_ms', 'leg.jitter_max_ms', 'leg.mos_lq'],
    `The ${otherName} hears choppy audio. Look for a full uplink or Wi-Fi at the ${name}, and mark media with a TOS that the network honours.`,
  );
});

const farLoss = legRule('far-loss', ({ name, leg, other }) => {
  const loss = leg.far_loss_percent;
  if (loss === null || loss < FAR_LOSS_PERCENT || other.received_packets < JUDGED_PACKETS) return undefined;
  // What was lost on the way to us is lost for the party, too: another rule tells of it.
  if (loss - (other.loss_percent ?? 0) < LOSS_PERCENT) return undefined;
  return problem(
    `The ${name} reports that ${loss.toFixed(1)} % of what it is sent is lost, and ${(other.loss_percent ?? 0).toFixed(1)} % were lost before they came here.`,
    ['leg.far_loss_percent', 'leg.far_jitter_ms', 'other.loss_percent', 'leg.send_errors', 'leg.round_trip_ms'],
    `The way from this host to the ${name} loses packets: look at its network, and at drops of this host's interface (ip -s link).`,
  );
});

export const DELIVERY_RULES: readonly Rule[] = [sendErrors, unreachable, payloadType];
export const QUALITY_RULES: readonly Rule[] = [packetLoss, latePackets, farLoss];
