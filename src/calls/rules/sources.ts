import { hostOf } from '../scope.ts';
import type { LegView } from '../view.ts';
import { info, legRule, packets, problem, type Rule } from './rule.ts';

// Where media goes, and who else sends.

/** A second source of a stream: a second of its packets, and a fifth of those of the holder. */
const CONTEST_PACKETS = 50;
const CONTEST_SHARE = 0.2;

const contested = legRule('contested', ({ name, leg }) => {
  if (leg.latch_state !== 'contested' && !twoStreams(leg)) return undefined;
  return problem(
    `Two sources contest the ${name}'s leg: ${leg.remote_address ?? 'nobody'} gets its media, and ${leg.ignored_address ?? 'another one'} sends too.`,
    [
      'leg.latch_state',
      'leg.remote_address',
      'leg.signalled_address',
      'leg.ignored_address',
      'leg.ignored_packets',
      'leg.received_packets',
    ],
    `Nothing speaks for either of them: signal the address that the ${name} sends from. If one of them is a stranger, only SRTP keeps it out.`,
  );
});

/** Another source sends all the time, and signalling does not speak for the one that is heard. */
function twoStreams(leg: LegView): boolean {
  const enough = Math.max(CONTEST_PACKETS, CONTEST_SHARE * leg.received_packets);
  if (leg.received_packets < CONTEST_PACKETS || leg.ignored_packets < enough) return false;
  return !speaksFor(leg.signalled_address, leg.remote_address, leg.ignored_address);
}

/** Signalling names the one, or its host, which is not that of the other one, too. */
function speaksFor(signalled: string | null, one: string | null, other: string | null): boolean {
  if (signalled === null || one === null) return false;
  if (one === signalled) return true;
  const host = hostOf(signalled);
  return hostOf(one) === host && (other === null || hostOf(other) !== host);
}

const denied = legRule('denied', ({ name, leg, otherName }) => {
  if (leg.denied_reason === null) return undefined;
  return problem(
    `Nothing is sent to the ${name} at ${leg.remote_address ?? leg.signalled_address ?? 'its address'}, which is denied: ${leg.denied_reason}.`,
    ['leg.denied_reason', 'leg.remote_address', 'leg.signalled_address', 'other.dropped_packets'],
    `The ${otherName} is not heard there. If the address is right, take it off --peer-deny or give it in --peer-allow; if not, the ` +
      `SDP of the ${name} is wrong.`,
  );
});

const foundElsewhere = legRule('found-elsewhere', ({ name, leg }) => {
  const { remote_address: remote, signalled_address: signalled, remote_since_at: at } = leg;
  const learned = leg.remote_origin === 'learned' || leg.remote_origin === 'relearned';
  if (!learned || remote === null || remote === signalled) return undefined;
  const how =
    leg.remote_origin === 'learned' ? 'its packets come from there' : 'its packets came from there after another place';
  const when = at === null ? '' : ` since ${at}`;
  return info(`The ${name} is at ${remote}, not at ${signalled ?? 'a signalled address'}: ${how}${when}.`, [
    'leg.remote_address',
    'leg.remote_origin',
    'leg.remote_since_at',
    'leg.signalled_address',
  ]);
});

const strangers = legRule('strangers', ({ name, leg }) => {
  if (leg.ignored_packets === 0 || leg.received_packets === 0) return undefined;
  const reason = leg.ignored_reason === null ? '' : ` (${leg.ignored_reason})`;
  return info(
    `${packets(leg.ignored_packets)} to the ${name}'s port came from others and were ignored, the last from ${leg.ignored_address ?? 'an unknown address'}${reason}.`,
    ['leg.ignored_packets', 'leg.ignored_address', 'leg.ignored_reason', 'leg.received_packets'],
  );
});

export const SOURCE_RULES: readonly Rule[] = [contested, denied];
export const SOURCE_FACTS: readonly Rule[] = [foundElsewhere, strangers];
