import type { Place } from '../support/situation/addresses.ts';
import {
  type Datagrams,
  every,
  hears,
  type RtpStream,
  type Situation,
  type Situations,
  speech,
} from '../support/situation/situation.ts';

// Phones behind NAT that send little, because of mute, DTX or hold, while the other party talks all the time (RFC 6263).

const BEHIND_NAT: Place = '192.168.1.5:5004';
const OUTSIDE: Place = 'home.20:41000';

interface Quiet {
  readonly rtp?: Partial<RtpStream> & Pick<RtpStream, 'at'>;
  readonly datagrams?: Omit<Datagrams, 'from'>;
  readonly codecs?: string;
}

/** Until ten seconds and more after the first packet, or the second keep-alive. */
const [SHORT, LONG] = [12_000, 17_000];

function quiet({ rtp, datagrams, codecs }: Quiet, end = SHORT): Situation {
  return {
    report: "sipwise/rtpengine, threads about 'one-way audio until I speak'",
    caller: BEHIND_NAT,
    callee: 'carrier.5:6000',
    ...(codecs === undefined ? {} : { codecs }),
    parties: { phone: { at: OUTSIDE, leg: 'caller' }, callee: { at: 'carrier.5:6000', leg: 'callee' } },
    rtp: [...(rtp === undefined ? [] : [{ from: 'phone', ...rtp }]), speech('callee', 100, end)],
    datagrams: datagrams === undefined ? [] : [{ from: 'phone', ...datagrams }],
    counted: [hears('phone', 'callee', { from: 200 })],
  };
}

/** Two empty packets a second apart open the NAT, then one keeps it open every 5 s. */
function pjsip(signalled: Place, phone: Place): Situation {
  return {
    report: 'pjsip/pjproject#56, #3892, eigger/espcomponents#291',
    caller: signalled,
    callee: 'carrier.5:6000',
    parties: { phone: { at: phone, leg: 'caller' }, callee: { at: 'carrier.5:6000', leg: 'callee' } },
    rtp: [
      { from: 'phone', at: [200, 1200, 6200, 11_200, 16_200], seq: 100, payloadBytes: 0 },
      speech('callee', 100, LONG),
    ],
    counted: [hears('phone', 'callee', { from: 220 })],
  };
}

const CODECS = '0,8,101';

export const QUIET_PHONES: Situations = {
  'comfort noise, five times a second': quiet({
    codecs: CODECS,
    rtp: { at: every(200, 200, SHORT), payloadType: 13, payloadBytes: 6 },
  }),
  'RTP keep-alives of an unknown payload type': quiet({
    codecs: CODECS,
    rtp: { at: every(500, 200, SHORT), payloadType: 20, payloadBytes: 6 },
  }),
  'Opus DTX, a packet each 400 ms': quiet({
    rtp: { at: every(400, 200, SHORT), payloadType: 111, payloadBytes: 8 },
  }),
  'an RTP keep-alive each 15 s': quiet({ rtp: { at: every(15_000, 200, LONG) } }, LONG),
  'an empty line each 15 s': quiet({ datagrams: { at: every(15_000, 200, LONG), hex: '0d0a0d0a' } }, LONG),
  'an empty datagram each 5 s': quiet({ datagrams: { at: every(5000, 200, LONG), hex: '' } }, LONG),
  'three packets that open the NAT, then silence': quiet({ rtp: { at: every(20, 200, 260) } }),
  'one STUN request, then silence': quiet({
    datagrams: { at: [200], hex: `000100002112a442${'78'.repeat(12)}` },
  }),
  'one key of DTMF': quiet({
    rtp: { at: every(20, 200, 280), seq: 100, timestamp: 1000, payloadType: 101, payloadBytes: 4 },
  }),
  'muted PJSIP phone, private address signalled': pjsip(BEHIND_NAT, OUTSIDE),
  'muted PJSIP phone, public SIP address signalled': pjsip('home.20:5004', OUTSIDE),
  'muted PJSIP phone, media from another address of the NAT': pjsip('home.20:5004', 'elsewhere.20:41000'),
};
