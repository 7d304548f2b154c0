import type { Place } from '../support/situation/addresses.ts';
import { bothHear, every, hears, type Situation, type Situations, speech } from '../support/situation/situation.ts';

// RTCP, fax and DTLS.

const BEHIND_NAT: Place = '192.168.1.5:5004';
const OUTSIDE: Place = 'home.20:41000';
const SENDER_REPORT = `80c80006${'00'.repeat(24)}`;

interface Reports {
  readonly signalled?: Place;
  readonly rtpFrom?: Place;
  readonly rtpSent?: boolean;
  /** Packets; one report a second. */
  readonly moreThanCompat?: number;
}

/** A phone whose RTCP comes from `reporter`. */
function reports(reporter: Place, options: Reports = {}): Situation {
  const { signalled = 'home.20:4000', rtpFrom = signalled, rtpSent = true, moreThanCompat = 7 } = options;
  return {
    report: 'sippy/rtpproxy#119, sipwise/rtpengine#1803',
    caller: signalled,
    callee: 'carrier.5:6000',
    parties: {
      phone: { at: rtpFrom, leg: 'caller' },
      'RTCP of the phone': { at: reporter, leg: 'caller', rtcp: true },
      callee: { at: 'carrier.5:6000', leg: 'callee' },
      'RTCP of the callee': { at: 'carrier.5:6001', leg: 'callee', rtcp: true },
    },
    rtp: rtpSent ? [speech('phone', 200, 8000)] : [],
    datagrams: [
      { from: 'RTCP of the phone', at: every(1000, 500, 8500), hex: `${SENDER_REPORT}00000000`, numberAt: 28 },
      { from: 'RTCP of the callee', at: every(1000, 550, 8500), hex: `${SENDER_REPORT}0000ffff`, numberAt: 28 },
    ],
    counted: bothHear('RTCP of the phone', 'RTCP of the callee', { limit: { moreThanCompat } }),
  };
}

const MULTIPLEXED: Situation = {
  report: 'RFC 5761: RTP and RTCP on one port',
  caller: BEHIND_NAT,
  callee: 'carrier.5:6000',
  parties: { phone: { at: OUTSIDE, leg: 'caller' }, callee: { at: 'carrier.5:6000', leg: 'callee' } },
  rtp: [speech('phone', 200, 4000)],
  datagrams: [{ from: 'phone', at: every(500, 210, 4210), hex: `${SENDER_REPORT}00000000`, numberAt: 28 }],
  counted: [hears('callee', 'phone')],
};

/** The fax is another socket of the same host, which the NAT gives another port. */
const FAX: Situation = {
  report: 'sipwise/rtpengine#1803: T.38 by re-INVITE',
  caller: BEHIND_NAT,
  callee: 'carrier.5:6000',
  parties: {
    phone: { at: OUTSIDE, leg: 'caller' },
    fax: { at: 'home.20:41950', leg: 'caller' },
    callee: { at: 'carrier.5:6000', leg: 'callee' },
  },
  rtp: [speech('phone', 200, 3200)],
  datagrams: [
    { from: 'fax', at: every(30, 3100, 7600), hex: '0000060000000000', numberAt: 0 },
    { from: 'callee', at: every(30, 3100, 7600), hex: '0000060101010101', numberAt: 0 },
  ],
  signals: [{ at: 3000, leg: 'caller', says: '192.168.1.5:5008' }],
  counted: bothHear('fax', 'callee'),
};

/** Each one that is lost costs seconds: none may be. */
const DTLS: Situation = {
  report: 'sipwise/rtpengine#1585',
  caller: BEHIND_NAT,
  callee: 'carrier.5:6000',
  parties: { phone: { at: OUTSIDE, leg: 'caller' }, callee: { at: 'carrier.5:6000', leg: 'callee' } },
  datagrams: [
    { from: 'phone', at: [200, 1200, 3200, 7200], hex: `16feff0000000000000000${'01'.repeat(100)}`, numberAt: 9 },
  ],
  counted: [hears('callee', 'phone', { limit: { moreThanCompat: 0 } })],
};

const BEHIND = { signalled: BEHIND_NAT, rtpFrom: OUTSIDE };

export const BEYOND_VOICE: Situations = {
  'RTCP from another host than RTP': reports('elsewhere.9:4001'),
  'RTCP from another port of the host': reports('home.20:52345'),
  'RTCP of a phone behind NAT': reports('home.20:52345', BEHIND),
  'RTCP only, of a listener behind NAT': reports('home.20:52345', { ...BEHIND, rtpSent: false, moreThanCompat: 1 }),
  'RTP and RTCP on one port behind NAT': MULTIPLEXED,
  'T.38 by re-INVITE behind NAT': FAX,
  'ClientHello of DTLS after 1, 2 and 4 s, behind NAT': DTLS,
};
