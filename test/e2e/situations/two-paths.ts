import type { Place } from '../support/situation/addresses.ts';
import { every, hears, type Situation, type Situations, speech } from '../support/situation/situation.ts';

// One stream that comes from two addresses.

const BOTH = ['one path', 'other path'];
const [SSRC, OTHER_SSRC] = [0xd1, 0xd2];

/** A router spreads the packets over two lines. */
function balanced(signalled: Place, one: Place, other: Place): Situation {
  const stream = { ssrc: SSRC, seqStep: 2 };
  const limit = { moreThanCompat: 7 };
  return {
    report: 'routers with two WAN lines',
    caller: signalled,
    callee: 'carrier.5:6000',
    parties: {
      'one path': { at: one, leg: 'caller' },
      'other path': { at: other, leg: 'caller' },
      callee: { at: 'carrier.5:6000', leg: 'callee' },
    },
    rtp: [
      { from: 'one path', at: every(40, 200, 8200), seq: 1000, ...stream },
      { from: 'other path', at: every(40, 220, 8220), seq: 1001, ...stream },
      speech('callee', 200, 8200),
    ],
    counted: [
      { counts: 'lost', of: BOTH, at: ['callee'], limit },
      { counts: 'lost', of: ['callee'], at: BOTH, limit },
    ],
  };
}

const VOICE_FROM_MS = 200;
/** Within the C daemon's first 10 s, and after them. */
const KEYS_AT_MS = [3000, 12_000];

/** The keys come from another port, as events of the same stream or of one of their own. */
function dtmf(ssrc: number, firstSeq: (at: number) => number): Situation {
  return {
    report: 'phones with a port of its own for DTMF',
    caller: 'home.20:41000',
    callee: 'carrier.5:6000',
    parties: {
      voice: { at: 'home.20:41000', leg: 'caller' },
      keys: { at: 'home.20:41002', leg: 'caller' },
      callee: { at: 'carrier.5:6000', leg: 'callee' },
    },
    rtp: [
      speech('voice', VOICE_FROM_MS, 16_000, { ssrc: SSRC }),
      ...KEYS_AT_MS.map((at) => ({
        from: 'keys',
        at: every(20, at, at + 160),
        ssrc,
        seq: firstSeq(at),
        timestamp: 5000,
        payloadType: 101,
        payloadBytes: 4,
      })),
      speech('callee', VOICE_FROM_MS, 8200),
    ],
    counted: [hears('callee', 'voice'), hears('callee', 'keys')],
  };
}

export const TWO_PATHS: Situations = {
  'packets in turn from two public addresses, private address signalled': balanced(
    '192.168.1.5:5004',
    'home.20:41000',
    'elsewhere.9:42000',
  ),
  'packets in turn from two ports of the signalled host': balanced('home.20:41000', 'home.20:41000', 'home.20:42000'),
  'DTMF from another port, same SSRC': dtmf(SSRC, (at) => 1000 + (at - VOICE_FROM_MS) / 20),
  'DTMF from another port, other SSRC': dtmf(OTHER_SSRC, (at) => 77 + at / 10),
};
