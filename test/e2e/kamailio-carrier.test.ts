import { test } from 'node:test';
import { startKamailio } from '../helpers/kamailio.ts';
import { HOST, startRelay } from './support/relay.ts';
import type { Place } from './support/situation/addresses.ts';
import { assertServedAsInCompat } from './support/situation/judged.ts';
import { play } from './support/situation/player.ts';
import { SipSignalling } from './support/situation/sip-signalling.ts';
import { bothHear, type Situation, speech } from './support/situation/situation.ts';
import type { Endpoint } from './support/udp-peer.ts';

// Calls through Kamailio with the documented configuration to a carrier whose SDP names a media gateway, which has another
// address than its SIP. Kamailio tells the daemon the address that SIP came from, with the port of the SDP.

const MODES = ['guarded', 'compat'] as const;
const [CALLER, CARRIER] = ['127.18.1.20', '127.19.1.5'];

/** The networks of situations in that of the loopback interface. */
const NETWORKS: Readonly<Record<string, string>> = { home: '127.18.1', carrier: '127.19.1', elsewhere: '127.9.1' };

const GATEWAYS: Readonly<Record<string, Place>> = {
  'the media gateway is in another network': 'elsewhere.77:0',
  'the media gateway is in the /24 of the SIP address': 'carrier.77:0',
  'media and SIP have one address': 'carrier.5:0',
};

/** Ports are free ones: port 0 of a place. */
function endpointOf(place: Place): Endpoint {
  const [, network = '', host] = /^(\w+)\.(\d+):0$/.exec(place) ?? [];
  return { host: `${NETWORKS[network]}.${host}`, port: 0 };
}

function carrierCall(gateway: Place): Situation {
  return {
    report: 'sippy/rtpproxy#34',
    caller: 'home.20:0',
    callee: 'carrier.5:0',
    parties: { caller: { at: 'home.20:0', leg: 'caller' }, carrier: { at: gateway, leg: 'callee' } },
    rtp: [speech('caller', 0, 6000), speech('carrier', 0, 6000)],
    counted: bothHear('caller', 'carrier'),
  };
}

test('a carrier through Kamailio', { concurrency: Object.keys(GATEWAYS).length }, async (t) => {
  const proxies = await Promise.all(
    MODES.map(async (mode) => {
      const { controlAt } = await startRelay(t, ['-l', HOST, `--latch=${mode}`]);
      return startKamailio(t, `udp:${HOST}:${controlAt.port}`);
    }),
  );
  let calls = 0;
  await Promise.all(
    Object.entries(GATEWAYS).map(([title, gateway]) =>
      t.test(title, async (call) => {
        const situation = carrierCall(gateway);
        const part = (proxy: (typeof proxies)[number]) => {
          const parties = {
            caller: { host: CALLER, media: 'caller' },
            callee: { host: CARRIER, media: 'carrier' },
          };
          return { signalling: new SipSignalling(call, `carrier-${++calls}`, proxy, parties), endpointOf };
        };
        await assertServedAsInCompat(call, situation, () => play(situation, proxies.map(part)));
      }),
    ),
  );
});
