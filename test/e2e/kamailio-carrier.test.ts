import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Daemon } from '../helpers/daemon.ts';
import { type Kamailio, startKamailio } from '../helpers/kamailio.ts';
import { askedOf } from './support/command-trace.ts';
import { HOST, startRelay } from './support/relay.ts';
import type { Place } from './support/situation/addresses.ts';
import { assertServedAsInCompat } from './support/situation/judged.ts';
import { play } from './support/situation/player.ts';
import { SipSignalling } from './support/situation/sip-signalling.ts';
import { bothHear, type Situation, speech } from './support/situation/situation.ts';
import type { Endpoint } from './support/udp-peer.ts';

// Calls through Kamailio to a carrier whose SDP names a media gateway, which has another address than its SIP. With the
// documented configuration the daemon is told the gateway's address, with flags "co" alone the one that SIP came from.

const MODES = ['guarded', 'compat'] as const;
const [CALLER, CARRIER] = ['127.18.1.20', '127.19.1.5'];
/** So many at the same time: every call is a lot of packets for this process. */
const CALLS_AT_ONCE = 4;

/** The networks of situations in that of the loopback interface. */
const NETWORKS: Readonly<Record<string, string>> = { home: '127.18.1', carrier: '127.19.1', elsewhere: '127.9.1' };

const GATEWAYS: Readonly<Record<string, Place>> = {
  'the media gateway is in another network': 'elsewhere.77:0',
  'the media gateway is in the /24 of the SIP address': 'carrier.77:0',
  'media and SIP have one address': 'carrier.5:0',
};

interface CarrierCall {
  /** Where the carrier's media is. */
  readonly gateway: Place;
  /** Flags for Kamailio's rtpproxy module; what the documented configuration makes of the SDP if not given. */
  readonly flags?: string;
  /** Addresses that the parties' SDP has, when they do not know better. */
  readonly says?: { readonly caller: string; readonly carrier: string };
  /** The addresses of caller and carrier that the daemon is told. */
  readonly told: readonly [caller: string, carrier: string];
}

const CALLS: Readonly<Record<string, CarrierCall>> = {
  ...Object.fromEntries(
    Object.entries(GATEWAYS).flatMap(([title, gateway]): [string, CarrierCall][] => [
      [title, { gateway, told: [CALLER, endpointOf(gateway).host] }],
      [`${title}, flags "co"`, { gateway, flags: 'co', told: [CALLER, CARRIER] }],
    ]),
  ),
  'both are behind NAT and say private addresses': {
    gateway: 'carrier.5:0',
    says: { caller: '192.168.1.20', carrier: '10.0.0.5' },
    told: [CALLER, CARRIER],
  },
  'the caller is behind NAT, the media gateway in another network': {
    gateway: 'elsewhere.77:0',
    says: { caller: '10.1.2.3', carrier: '127.9.1.77' },
    told: [CALLER, '127.9.1.77'],
  },
};

/** Ports are free ones: port 0 of a place. */
function endpointOf(place: Place): Endpoint {
  const [, network = '', host] = /^(\w+)\.(\d+):0$/.exec(place) ?? [];
  return { host: `${NETWORKS[network]}.${host}`, port: 0 };
}

function situationOf({ gateway }: CarrierCall): Situation {
  return {
    report: 'sippy/rtpproxy#34',
    caller: 'home.20:0',
    callee: 'carrier.5:0',
    parties: { caller: { at: 'home.20:0', leg: 'caller' }, carrier: { at: gateway, leg: 'callee' } },
    rtp: [speech('caller', 0, 6000), speech('carrier', 0, 6000)],
    counted: bothHear('caller', 'carrier'),
  };
}

/** One daemon with two Kamailios. */
interface Platform {
  readonly daemon: Daemon;
  readonly documented: Kamailio;
  /** Takes flags from a header. */
  readonly controlled: Kamailio;
}

async function startPlatform(t: TestContext, mode: string): Promise<Platform> {
  const { daemon, controlAt } = await startRelay(t, ['-l', HOST, `--latch=${mode}`], { logLevel: 'dbug' });
  const socket = `udp:${HOST}:${controlAt.port}`;
  return {
    daemon,
    documented: await startKamailio(t, socket),
    controlled: await startKamailio(t, socket, { configuration: 'kamailio-controls.cfg' }),
  };
}

/** The addresses of `U` and `L` for that call, in this order. */
function toldOf(daemon: Daemon, callId: string): string[] {
  const commands = askedOf(daemon).map(({ command }) => command.split(' '));
  const wanted = commands.filter(([name = '', id]) => id === callId && /^[UL]/.test(name));
  return wanted.map(([, , host = '']) => host);
}

let calls = 0;

function signallingOf(t: TestContext, { flags, says }: CarrierCall, platform: Platform): SipSignalling {
  const parties = {
    caller: { host: CALLER, media: 'caller', says: says?.caller },
    callee: { host: CARRIER, media: 'carrier', says: says?.carrier },
  };
  const callId = `carrier-${++calls}`;
  return flags === undefined
    ? new SipSignalling(t, callId, platform.documented, parties)
    : new SipSignalling(t, callId, platform.controlled, parties, { 'X-Flags': flags });
}

test('a carrier through Kamailio', { concurrency: CALLS_AT_ONCE }, async (t) => {
  const platforms = await Promise.all(MODES.map((mode) => startPlatform(t, mode)));
  await Promise.all(
    Object.entries(CALLS).map(([title, call]) =>
      t.test(title, async (row) => {
        const situation = situationOf(call);
        await assertServedAsInCompat(row, situation, async () => {
          const parts = platforms.map((platform) => ({ signalling: signallingOf(row, call, platform), endpointOf }));
          const played = await play(situation, parts);
          for (const [index, { signalling }] of parts.entries()) {
            assert.deepEqual(toldOf((platforms[index] as Platform).daemon, signalling.callId), call.told);
          }
          return played;
        });
      }),
    ),
  );
});
