import { isIP } from 'node:net';
import { hostOf, portOf } from '../scope.ts';
import type { CallView, LegView } from '../view.ts';
import { callRule, info, isHeld, legRule, packets, problem, type Rule, seconds, settledFor } from './rule.ts';

// What the state of the call keeps from being heard.

/** Longer than phones ring, and shorter than a session without an `L` lives. */
const RINGING_S = 60;
/** The end is near. */
const LAST_SECONDS = 10;
/** Longer than a pause between packets of a phone that speaks. */
const SILENT_S = 5;
/** With a timer for each leg one of them ends the session; with one timer its end is near only when nobody sends. */
const LEG_SILENT_S = 20;
/** So many packets of speech, 5 s of them, were meant for a party who could not hear them. */
const UNHEARD_PACKETS = 250;

const notAnswered = callRule('not-answered', (call) => {
  if (call.complete) return undefined;
  const figures = ['complete', 'duration_s', 'ttl_s'] as const;
  if (call.duration_s < RINGING_S && call.ttl_s > LAST_SECONDS) {
    return info(`No L has come in ${seconds(call.duration_s)}: the call rings, or is being set up.`, figures);
  }
  return problem(
    `No L has come in ${seconds(call.duration_s)}, so nothing is relayed; the session ends in ${seconds(call.ttl_s)}.`,
    figures,
    'The controller has to send L with the answer (183 or 200), with the Call-ID and from-tag of the U: see its log, and ours at ' +
      'debug level. For phones that ring longer set -W.',
  );
});

const endingSoon = callRule('ending-soon', (call) => {
  if (!call.complete || call.ttl_s > LAST_SECONDS) return undefined;
  const silences = [silence(call, call.caller), silence(call, call.callee)];
  if (Math.min(...silences) < SILENT_S && Math.max(...silences) < LEG_SILENT_S) return undefined;
  return problem(
    `The session ends in ${seconds(call.ttl_s)} unless a packet comes.`,
    ['ttl_s', 'leg.since_last_packet_s', 'other.since_last_packet_s', 'leg.on_hold', 'other.on_hold'],
    isHeld(call)
      ? 'A call on hold without music sends nothing: set -T longer than holds last, or have the controller send U or L meanwhile.'
      : 'If the call is to go on, set -T longer, or find out why nothing comes; if it is over, the controller has to send D.',
  );
});

function silence(call: CallView, leg: LegView): number {
  return leg.received_packets === 0 ? settledFor(call) : (leg.since_last_packet_s ?? 0);
}

const forkTarget = callRule('fork-target', (call) => {
  if (!call.fork_target) return undefined;
  const figures = ['fork_target', 'leg.dropped_packets', 'other.dropped_packets'] as const;
  const text =
    'The session is the target of a fork (&& C): its parties hear another call, and nothing of their own is relayed';
  // Who listens to a call has a phone that sends; two who speak want to hear each other.
  if (!isUnheard(call.caller) || !isUnheard(call.callee)) return info(`${text}.`, figures);
  return problem(
    `${text}, though both speak.`,
    figures,
    'A session that got copies never relays again: if its parties are to talk, the controller has to end it with D, and make a new one.',
  );
});

const player = legRule('player', (side) => {
  const { name, otherName, leg } = side;
  if (!leg.playing) return undefined;
  const figures = ['leg.playing', 'other.dropped_packets', 'leg.remote_address'] as const;
  const text = `A prompt is played to the ${name}, who does not hear the ${otherName} meanwhile`;
  if (!isUnheard(side.other)) return info(`${text}.`, figures);
  return problem(
    `${text}; ${packets(side.other.dropped_packets)} were dropped.`,
    figures,
    `If the prompt is to be over, the controller has to send S for the ${name}; a P with a number of repetitions ends by itself.`,
  );
});

const hold = legRule('hold', (side) => {
  const { name, otherName, leg, other } = side;
  if (!leg.on_hold) return undefined;
  const figures = ['leg.on_hold', 'leg.remote_address', 'other.dropped_packets'] as const;
  if (leg.remote_address !== null || !isUnheard(other)) {
    return info(`Hold is in force: the ${name} signalled 0.0.0.0, so either party may be silent.`, figures);
  }
  return problem(
    `The ${name} is on hold and never told an address, so ${packets(other.dropped_packets)} of the ${otherName} went nowhere.`,
    figures,
    `When the ${name} takes the call off hold, the controller has to send U or L with its address: see whether the re-INVITE did so.`,
  );
});

/** The party speaks, and has for seconds, but its packets are dropped. */
function isUnheard(leg: LegView): boolean {
  return leg.dropped_packets >= UNHEARD_PACKETS && (leg.since_last_packet_s ?? SILENT_S) < SILENT_S;
}

const loop = callRule('loop', (call) => {
  const { caller, callee } = call;
  const figures = [
    'leg.remote_address',
    'other.remote_address',
    'leg.looped',
    'other.looped',
    'leg.local_address',
    'other.local_address',
  ] as const;
  if (caller.looped || callee.looped) {
    return problem(
      'Packets of the call go round: its party is a port of this daemon whose party is this one.',
      figures,
      'A controller that handles the call twice must not give the same SDP to the same daemon in both directions: see its routes ' +
        'for a call that comes back (Via, Record-Route), and call the daemon once a dialog.',
    );
  }
  if (caller.remote_address !== null && caller.remote_address === callee.remote_address) {
    return problem(
      `Both legs send to ${caller.remote_address}: the party there hears itself.`,
      figures,
      'The controller gave the same address in U and L: it has to take that of L from the SDP of the answer.',
    );
  }
  const own = [caller, callee].find((leg) => isOwnPort(call, leg.signalled_address));
  if (own === undefined) return undefined;
  return problem(
    `${own.signalled_address} was signalled for a party, which is a port of this call itself.`,
    ['leg.signalled_address', 'other.signalled_address', ...figures],
    'The controller gave SDP to U or L that it had already replaced: it has to call the daemon once for each offer and answer.',
  );
});

const addressFamily = legRule('address-family', ({ name, leg }) => {
  const party = leg.remote_address ?? leg.signalled_address;
  if (leg.local_address === null || party === null) return undefined;
  const [own, theirs] = [isIP(hostOf(leg.local_address)), isIP(hostOf(party))];
  if (own === 0 || theirs === 0 || own === theirs) return undefined;
  return problem(
    `The ${name} is at ${party}, but its leg listens on IPv${own}: ${leg.local_address}.`,
    ['leg.local_address', 'leg.remote_address', 'leg.signalled_address'],
    'The controller has to place each leg on an address of the family of its party: by e and i in bridge mode, or by "l" with a label ' +
      'or an address in the U or L that the port is answered to, whose own "6" is about the other leg.',
  );
});

function isOwnPort({ caller, callee }: CallView, address: string | null): boolean {
  if (address === null) return false;
  return [caller, callee].some(({ local_address: local, advertised_host: advertised }) => {
    if (local === null || portOf(local) !== portOf(address)) return false;
    return hostOf(address) === hostOf(local) || hostOf(address) === advertised;
  });
}

export const COURSE_RULES: readonly Rule[] = [notAnswered, loop, addressFamily, endingSoon, player, hold, forkTarget];
