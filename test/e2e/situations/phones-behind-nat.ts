import type { Place } from '../support/situation/addresses.ts';
import {
  bothHear,
  every,
  hears,
  type RtpStream,
  type Situation,
  type Situations,
  speech,
} from '../support/situation/situation.ts';

// Phones behind NAT: what their re-INVITEs say, and streams that are not as RTP should be.

const BEHIND_NAT: Place = '192.168.1.5:5004';
const OUTSIDE: Place = 'home.20:41000';

/** The re-INVITE has another address, because of STUN for example, and RTP goes on from where it came. */
function reinvite(first: Place, second: Place): Situation {
  return {
    report: 'sipwise/rtpengine#1416, sippy/rtpproxy#47',
    caller: first,
    callee: 'carrier.5:6000',
    parties: { phone: { at: OUTSIDE, leg: 'caller' }, callee: { at: 'carrier.5:6000', leg: 'callee' } },
    rtp: [speech('phone', 200, 8000), speech('callee', 200, 8000)],
    signals: [{ at: 3000, leg: 'caller', says: second }],
    counted: [...bothHear('phone', 'callee'), hears('phone', 'callee', { from: 3020 })],
  };
}

const [VIDEO, RTX] = [0xa1, 0xa2];

/** Video with retransmissions, or voice with events, each with its own SSRC. */
function twoSsrcs(signalled: Place, first: readonly number[], second: readonly number[]): Situation {
  return {
    report: 'asterisk/asterisk#1324, threads about simulcast and RTX of mediasoup and Janus',
    caller: signalled,
    callee: 'carrier.5:6000',
    parties: { phone: { at: OUTSIDE, leg: 'caller' }, callee: { at: 'carrier.5:6000', leg: 'callee' } },
    rtp: [
      { from: 'phone', at: first, ssrc: VIDEO, payloadType: 96 },
      { from: 'phone', at: second, ssrc: RTX, seq: 300, payloadType: 97 },
      speech('callee', 200, 6000),
    ],
    counted: [
      hears('phone', 'callee'),
      hears('callee', 'phone', { ssrc: VIDEO }),
      hears('callee', 'phone', { ssrc: RTX }),
    ],
  };
}

const ALTERNATING = [every(20, 200, 6000), every(20, 210, 6000)] as const;

const ODD_PACKETS = 200;

function odd(rest: Partial<RtpStream>): Situation {
  return {
    report: "VoIPmonitor and Asterisk threads about 'sequence number always 0'",
    caller: BEHIND_NAT,
    callee: 'carrier.5:6000',
    parties: { phone: { at: OUTSIDE, leg: 'caller' }, callee: { at: 'carrier.5:6000', leg: 'callee' } },
    rtp: [
      { from: 'phone', at: every(20, 200, 200 + 20 * ODD_PACKETS), ...rest },
      speech('callee', 200, 200 + 20 * ODD_PACKETS),
    ],
    counted: bothHear('phone', 'callee'),
  };
}

/** A value for each packet. */
function each(of: (packet: number) => number): number[] {
  return Array.from({ length: ODD_PACKETS }, (_, i) => of(i));
}

function bytesSwapped(number: number): number {
  return ((number & 0xff) << 8) | (number >> 8);
}

export const PHONES_BEHIND_NAT: Situations = {
  're-INVITE: another STUN port, same host': reinvite('home.20:40002', 'home.20:40010'),
  're-INVITE: another public address in SDP': reinvite('home.20:41000', 'elsewhere.9:41000'),
  're-INVITE: another private port': reinvite(BEHIND_NAT, '192.168.1.5:5010'),
  're-INVITE: from a private address to a STUN address with a dead port': reinvite(BEHIND_NAT, 'home.20:40010'),
  'two SSRCs behind NAT, in turn': twoSsrcs(BEHIND_NAT, ...ALTERNATING),
  'two SSRCs behind NAT, 4 to 1': twoSsrcs(BEHIND_NAT, every(10, 200, 6000), every(40, 205, 6000)),
  'two SSRCs behind NAT, 6 to 1': twoSsrcs(BEHIND_NAT, every(10, 200, 6000), every(60, 205, 6000)),
  'two SSRCs from another network than the SIP address, in turn': twoSsrcs('elsewhere.9:5004', ...ALTERNATING),
  'sequence numbers: always 0': odd({ seq: 0, seqStep: 0 }),
  'sequence numbers: little-endian': odd({ seq: each((i) => bytesSwapped(250 + i)) }),
  'sequence numbers: again after four packets': odd({ seq: each((i) => 500 + (i % 4)) }),
  'sequence numbers: in steps of 600': odd({ seq: 0, seqStep: 600 }),
  'sequence numbers: falling': odd({ seq: 60_000, seqStep: -1 }),
  'an SSRC for each packet': odd({ seq: 0, ssrc: each((i) => i + 1) }),
  'RTP version 0': odd({ seq: 0, version: 0 }),
};
