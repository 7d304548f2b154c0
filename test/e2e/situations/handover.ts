import type { Place } from '../support/situation/addresses.ts';
import { hears, type Situation, type Situations, speech } from '../support/situation/situation.ts';

// A PBX or SBC cluster goes on with a call from another node (transfer, music on hold, fail-over): another SSRC, another
// host or port, and no new SDP. Later a re-INVITE with the old SDP, as a session refresh has it.

const SIGNALLED: Place = 'carrier.5:6000';
const BEFORE_REINVITE_MS = 4000;
const END_MS = 7000;
/** Of the reply to the re-INVITE. */
const ON_ITS_WAY_MS = 50;

/** The second node begins when the first one ends, at `at`. */
function handover(first: Place, second: Place, at: number): Situation {
  const [reinvite, end] = [at + BEFORE_REINVITE_MS, at + END_MS];
  const after = { from: reinvite + ON_ITS_WAY_MS };
  return {
    report: 'asterisk/asterisk#1277, #1324, AlticeLabsPublic/asterisk-i#81',
    caller: 'home.20:4000',
    callee: SIGNALLED,
    parties: {
      caller: { at: 'home.20:4000', leg: 'caller' },
      first: { at: first, leg: 'callee' },
      second: { at: second, leg: 'callee' },
    },
    rtp: [
      speech('caller', 100, end),
      speech('first', 200, at, { seq: 5000 }),
      speech('second', at, end, { seq: 40_000 }),
    ],
    signals: [{ at: reinvite, leg: 'callee', says: SIGNALLED }],
    counted: [
      hears('caller', 'second', { until: reinvite }),
      hears('caller', 'second', after),
      hears('second', 'caller', after),
    ],
  };
}

/** Before and after the end of the C daemon's time of 10 s in which a call without NAT learns addresses. */
const [SOON, LATER] = [4000, 13_000];

export const HANDOVER: Situations = {
  'handover soon: from the signalled address to its /24': handover(SIGNALLED, 'carrier.6:6000', SOON),
  'handover soon: from the signalled address to another port': handover(SIGNALLED, 'carrier.5:6200', SOON),
  'handover later: from the signalled address to its /24': handover(SIGNALLED, 'carrier.6:6000', LATER),
  'handover later: from the signalled address to another port': handover(SIGNALLED, 'carrier.5:6200', LATER),
  'handover later: between two hosts of another network': handover('elsewhere.6:6000', 'elsewhere.7:6000', LATER),
};
