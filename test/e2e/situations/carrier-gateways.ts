import type { Place } from '../support/situation/addresses.ts';
import { bothHear, hears, type Situation, type Situations, speech } from '../support/situation/situation.ts';

// Carriers and PBXs whose media comes from another address than their signalling.

/** The proxy signals the carrier's SIP address with the port of its SDP. */
function signalledBySipAddress(carrier: Place): Situation {
  return {
    report: 'sippy/rtpproxy#34',
    caller: 'home.20:4000',
    callee: 'carrier.5:6000',
    parties: { caller: { at: 'home.20:4000', leg: 'caller' }, carrier: { at: carrier, leg: 'callee' } },
    rtp: [speech('caller', 200, 6200), speech('carrier', 200, 6200)],
    counted: bothHear('caller', 'carrier'),
  };
}

/** Early media of one gateway, the call of another one; the 183 and the 200 have the same SDP. */
function gatewaySwitch(first: Place, second: Place): Situation {
  return {
    report: 'sipwise/rtpengine#1354, #439, i-p-tel/sipdroid#933',
    caller: 'home.20:4000',
    callee: 'carrier.5:6000',
    parties: {
      caller: { at: 'home.20:4000', leg: 'caller' },
      first: { at: first, leg: 'callee' },
      second: { at: second, leg: 'callee' },
    },
    rtp: [
      speech('caller', 100, 13_000),
      speech('first', 100, 2900, { seq: 5000 }),
      speech('second', 3100, 13_000, { seq: 40_000 }),
    ],
    signals: [{ at: 3000, leg: 'callee', says: 'carrier.5:6000' }],
    counted: [hears('caller', 'first'), hears('caller', 'second'), hears('second', 'caller', { from: 3100 })],
  };
}

/** A PBX plays ringback itself, then media comes from a gateway, and its SDP has the gateway's port. */
function directMedia(gateway: Place, signalled: Place): Situation {
  return {
    report: 'sippy/rtpproxy#131, sipwise/rtpengine#750',
    caller: 'home.20:4000',
    callee: 'carrier.5:6000',
    parties: {
      phone: { at: 'home.20:4000', leg: 'caller' },
      pbx: { at: 'carrier.5:6000', leg: 'callee' },
      gateway: { at: gateway, leg: 'callee' },
    },
    rtp: [speech('phone', 100, 10_000), speech('pbx', 200, 3000), speech('gateway', 3050, 10_000, { seq: 40_000 })],
    signals: [{ at: 3000, leg: 'callee', says: signalled }],
    counted: [hears('phone', 'gateway'), hears('gateway', 'phone', { from: 3060 })],
  };
}

const STRAY_PACKET: Situation = {
  report: 'sipwise/rtpengine#750',
  caller: 'home.20:4000',
  callee: 'carrier.5:6000',
  parties: {
    phone: { at: 'home.20:4000', leg: 'caller' },
    pbx: { at: 'carrier.5:7000', leg: 'callee' },
    gateway: { at: 'elsewhere.77:6000', leg: 'callee' },
  },
  rtp: [speech('phone', 100, 20_000), speech('gateway', 100, 20_000), { from: 'pbx', at: [13_000], seq: 5 }],
  counted: bothHear('phone', 'gateway', { from: 3000 }),
};

export const CARRIER_GATEWAYS: Situations = {
  'carrier media in another network than its SIP address': signalledBySipAddress('elsewhere.77:6000'),
  'carrier media in the /24 of its SIP address': signalledBySipAddress('carrier.77:6000'),
  'gateway switch: from the signalled address to another network': gatewaySwitch('carrier.5:6000', 'elsewhere.77:6000'),
  'gateway switch: from the signalled address to its /24': gatewaySwitch('carrier.5:6000', 'carrier.77:6000'),
  'gateway switch: from the signalled address to another port': gatewaySwitch('carrier.5:6000', 'carrier.5:7000'),
  'gateway switch: between two other ports of the signalled host': gatewaySwitch('carrier.5:6500', 'carrier.5:7000'),
  'gateway switch: between two other hosts of the /24': gatewaySwitch('carrier.6:6000', 'carrier.7:6000'),
  'direct media: gateway in another network, other port in SDP': directMedia('elsewhere.77:8000', 'carrier.5:8000'),
  'direct media: gateway in another network, same port in SDP': directMedia('elsewhere.77:6000', 'carrier.5:6000'),
  'direct media: gateway in the same /24, other port in SDP': directMedia('carrier.77:8000', 'carrier.5:8000'),
  'one stray packet of another call from the signalled host': STRAY_PACKET,
};
