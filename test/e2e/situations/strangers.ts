import type { Place } from '../support/situation/addresses.ts';
import {
  bothHear,
  type CaughtPackets,
  every,
  hears,
  type Party,
  type Situations,
  speech,
} from '../support/situation/situation.ts';

// Somebody who knows the relay's ports wants media, or to keep the phone from having it (CVE-2017-14114, CVE-2025-53399).

const BEHIND_NAT: Place = '192.168.1.5:5004';
const CALLEE: Party = { at: 'carrier.5:6000', leg: 'callee' };
const REPORT = 'sippy/rtpproxy#70 (CVE-2017-14114), CVE-2025-53399';

/** Where nothing tells the stranger from the party, both get at worst what they get in compat. */
const AS_COMPAT = { limit: { moreThanCompat: 8 } };

function gets(...at: string[]): CaughtPackets {
  return { counts: 'caught', at, ...AS_COMPAT };
}

/** Datagrams that have nothing to do with one another. */
const JUMBLED = Array.from({ length: 20 }, (_, i) => (i * 40_503) & 0xffff);

export const STRANGERS: Situations = {
  'resumed with another private port while a stranger floods': {
    report: REPORT,
    caller: BEHIND_NAT,
    callee: 'carrier.5:6000',
    parties: {
      phone: { at: 'home.20:41000', leg: 'caller' },
      resumed: { at: 'home.20:41007', leg: 'caller' },
      callee: CALLEE,
      stranger: { at: 'strangers.9:7777', leg: 'caller' },
    },
    rtp: [
      speech('phone', 200, 3000),
      speech('callee', 200, 10_000),
      speech('stranger', 1000, 10_000),
      speech('resumed', 5400, 10_000),
    ],
    signals: [{ at: 5000, leg: 'caller', says: '192.168.1.5:5010' }],
    counted: [
      hears('resumed', 'callee', { from: 5450, ...AS_COMPAT }),
      hears('callee', 'resumed', AS_COMPAT),
      gets('stranger'),
    ],
  },
  'strangers who would be all candidates': {
    report: REPORT,
    caller: 'home.20:4000',
    callee: 'carrier.5:6000',
    parties: {
      caller: { at: 'home.20:4000', leg: 'caller' },
      carrier: { at: 'elsewhere.77:6000', leg: 'callee' },
      'stranger 1': { at: 'strangers.9:7777', leg: 'callee' },
      'stranger 2': { at: 'strangers.9:7778', leg: 'callee' },
      'stranger 3': { at: 'strangers.9:7779', leg: 'callee' },
    },
    rtp: [
      speech('caller', 300, 8000),
      speech('carrier', 300, 8000),
      ...[1, 2, 3].map((i) => ({ from: `stranger ${i}`, at: every(400, 100, 8100), seq: JUMBLED })),
    ],
    counted: [
      ...bothHear('caller', 'carrier', { limit: { atMost: 130 } }),
      { ...gets('stranger 1', 'stranger 2', 'stranger 3'), limit: { atMost: 0 } },
    ],
  },
  'a phone that only listens at its signalled address': {
    report: REPORT,
    caller: 'home.20:4000',
    callee: 'carrier.5:6000',
    parties: {
      listener: { at: 'home.20:4000', leg: 'caller' },
      callee: CALLEE,
      stranger: { at: 'strangers.9:7777', leg: 'caller' },
    },
    rtp: [speech('callee', 200, 8000), speech('stranger', 1000, 8000)],
    counted: [hears('listener', 'callee', AS_COMPAT), gets('stranger')],
  },
  'forged packets from the signalled port': {
    report: REPORT,
    caller: 'home.20:5004',
    callee: 'carrier.5:6000',
    parties: {
      phone: { at: 'home.20:41000', leg: 'caller' },
      callee: CALLEE,
      forger: { at: 'home.20:5004', leg: 'caller' },
    },
    rtp: [
      speech('phone', 200, 10_000),
      speech('callee', 200, 10_000),
      { from: 'forger', at: every(1900, 2000, 9000), seq: 5, seqStep: 0, timestamp: 5 },
    ],
    counted: bothHear('phone', 'callee', { limit: { atMost: 60 } }),
  },
  'a stranger in the same /24': {
    report: REPORT,
    caller: 'home.20:4000',
    callee: 'carrier.5:6000',
    parties: {
      phone: { at: 'home.20:4000', leg: 'caller' },
      callee: CALLEE,
      stranger: { at: 'home.99:7777', leg: 'caller' },
    },
    rtp: [speech('phone', 2000, 6000), speech('callee', 200, 6000), speech('stranger', 100, 6000)],
    counted: [...bothHear('phone', 'callee', AS_COMPAT), gets('stranger')],
  },
  're-INVITE with an address that is silent for 3 s': {
    report: REPORT,
    caller: 'home.20:4000',
    callee: 'carrier.5:6000',
    parties: {
      phone: { at: 'home.20:4000', leg: 'caller' },
      moved: { at: 'elsewhere.9:4000', leg: 'caller' },
      callee: CALLEE,
      stranger: { at: 'strangers.9:7777', leg: 'caller' },
    },
    rtp: [
      speech('phone', 200, 3000),
      speech('callee', 200, 12_000),
      speech('stranger', 1000, 12_000),
      speech('moved', 6500, 12_000),
    ],
    signals: [{ at: 3200, leg: 'caller', says: 'elsewhere.9:4000' }],
    counted: [
      hears('moved', 'callee', { from: 3250, ...AS_COMPAT }),
      hears('callee', 'moved', AS_COMPAT),
      gets('stranger'),
    ],
  },
};
