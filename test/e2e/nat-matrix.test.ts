import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { type ControlClient, unixClient } from '../helpers/control-client.ts';
import { startDaemon } from '../helpers/daemon.ts';
import { NAT_KINDS, type NatKind } from './support/nat-box.ts';
import { NatCall, type Outcome, type Scenario } from './support/nat-call.ts';
import { type Behaviour, probeNat } from './support/nat-kinds.ts';
import { buildNatNetwork, type NatNetwork, RELAY } from './support/nat-network.ts';
import { NatTable } from './support/nat-table.ts';
import { whyNoNetworks } from './support/network-namespace.ts';

// Phones behind every kind of NAT (RFC 4787), in network namespaces: the relay has to find them, a stranger that sends to
// their ports all the time must not get a packet. Without root rights it is skipped; CI has to have them.

const AT_ONCE = { silenceMs: 0, elsewhere: false };
const AFTER_SILENCE = { silenceMs: 500, elsewhere: false };

const ROWS: Readonly<Record<string, Scenario>> = {
  'no NAT': { nat: 'none', signalled: 'sdp' },
  'full cone, stun': { nat: 'full cone', signalled: 'stun' },
  'full cone, sip': { nat: 'full cone', signalled: 'sip' },
  'full cone, sdp': { nat: 'full cone', signalled: 'sdp' },
  'address-restricted, stun': { nat: 'address-restricted', signalled: 'stun' },
  'address-restricted, sip': { nat: 'address-restricted', signalled: 'sip' },
  'address-restricted, sdp': { nat: 'address-restricted', signalled: 'sdp' },
  'port-restricted, stun': { nat: 'port-restricted', signalled: 'stun' },
  'port-restricted, sip': { nat: 'port-restricted', signalled: 'sip' },
  'port-restricted, sdp': { nat: 'port-restricted', signalled: 'sdp' },
  'symmetric, stun': { nat: 'symmetric', signalled: 'stun' },
  'symmetric, sip': { nat: 'symmetric', signalled: 'sip' },
  'symmetric, sdp': { nat: 'symmetric', signalled: 'sdp' },
  'both behind one port-restricted NAT, sdp': { nat: 'port-restricted', signalled: 'sdp', bothInside: true },
  'both behind one symmetric NAT, sip': { nat: 'symmetric', signalled: 'sip', bothInside: true },
  'rebinding at once, port-restricted, stun': { nat: 'port-restricted', signalled: 'stun', rebinding: AT_ONCE },
  'rebinding after silence, port-restricted, sip': {
    nat: 'port-restricted',
    signalled: 'sip',
    rebinding: AFTER_SILENCE,
  },
  'rebinding at once, symmetric, sdp': { nat: 'symmetric', signalled: 'sdp', rebinding: AT_ONCE },
  'rebinding after silence, symmetric, sip': { nat: 'symmetric', signalled: 'sip', rebinding: AFTER_SILENCE },
  'rebinding to another address at once, stun': {
    nat: 'port-restricted',
    signalled: 'stun',
    rebinding: { ...AT_ONCE, elsewhere: true },
  },
  'rebinding to another address after silence, stun': {
    nat: 'port-restricted',
    signalled: 'stun',
    rebinding: { ...AFTER_SILENCE, elsewhere: true },
  },
};

const BEHAVIOURS: Readonly<Record<NatKind, Behaviour>> = {
  'full cone': {
    samePort: { sameHost: true, otherHost: true },
    admits: { otherPort: true, otherHost: true },
  },
  'address-restricted': {
    samePort: { sameHost: true, otherHost: true },
    admits: { otherPort: true, otherHost: false },
  },
  'port-restricted': {
    samePort: { sameHost: true, otherHost: true },
    admits: { otherPort: false, otherHost: false },
  },
  symmetric: {
    samePort: { sameHost: false, otherHost: false },
    admits: { otherPort: false, otherHost: false },
  },
};

/** Each kind of call: the latch mode, when somebody begins to try and steal the media, and in which rows he will get it. */
const WAYS = [
  { name: 'compat, nobody else', mode: 'compat', strangerFrom: 'never', stolen: 'never' },
  { name: 'compat, stranger first', mode: 'compat', strangerFrom: 'start', stolen: 'always' },
  { name: 'compat, stranger later', mode: 'compat', strangerFrom: 'later', stolen: 'never' },
  { name: 'guarded, nobody else', mode: 'guarded', strangerFrom: 'never', stolen: 'never' },
  { name: 'guarded, stranger first', mode: 'guarded', strangerFrom: 'start', stolen: 'address unknown' },
  { name: 'guarded, stranger later', mode: 'guarded', strangerFrom: 'later', stolen: 'never' },
] as const;

/** Signalling says nothing of the address that the phone has outside its NAT: packets alone do not tell who the phone is. */
function addressUnknown({ nat, signalled }: Scenario): boolean {
  return nat !== 'none' && signalled === 'sdp';
}

const ROWS_AT_ONCE = 4;
const SERVED_PERCENT = 95;
/** Two calls of one row are not the same to the packet. */
const SLACK = 10;

const obstacle = whyNoNetworks();
const skip = obstacle !== undefined && process.env.CI !== 'true' ? obstacle : false;

async function startRelay(t: TestContext, network: NatNetwork, args: readonly string[]): Promise<ControlClient> {
  const socket = join(temporaryDirectory(t), 'control');
  await startDaemon(t, ['-s', `unix:${socket}`, '-l', RELAY, ...args], { launcher: network.relay.launcher });
  return unixClient(socket);
}

/** Both phones hear each other, and as soon as a phone has sent nobody else hears or is heard in its place. */
function assertServed(way: string, { caller, callee, stolenFrom }: Outcome): void {
  for (const [party, { settledPercent, foreign }] of Object.entries({ caller, callee })) {
    assert.ok(settledPercent > SERVED_PERCENT, `${way}: the ${party} heard ${settledPercent} % of the last packets`);
    assert.equal(foreign, 0, `${way}: packets that the ${party} heard from a stranger`);
  }
  for (const [party, { after }] of Object.entries(stolenFrom)) {
    assert.equal(after, 0, `${way}: packets that a stranger got in the place of the ${party}`);
  }
}

test('calls through every kind of NAT', { skip, concurrency: ROWS_AT_ONCE }, async (t) => {
  if (obstacle !== undefined) assert.fail(`the NAT matrix needs network namespaces: ${obstacle}`);
  const network = await buildNatNetwork(t);
  const relays = {
    compat: await startRelay(t, network, ['--latch=compat']),
    guarded: await startRelay(t, network, ['--latch=guarded']),
  };
  let octets = 0;
  const nextOctet = () => ++octets;

  await t.test('each NAT box is what it is called', async () => {
    const probed = NAT_KINDS.map(async (kind) => [kind, await probeNat(network, kind, nextOctet())]);
    assert.deepEqual(Object.fromEntries(await Promise.all(probed)), BEHAVIOURS);
  });

  const table = new NatTable(
    Object.keys(ROWS),
    WAYS.map(({ name }) => name),
  );
  await Promise.all(
    Object.entries(ROWS).map(([row, scenario]) =>
      t.test(row, async () => {
        const calls = WAYS.map(({ mode, strangerFrom }) =>
          new NatCall(network, scenario, nextOctet()).make(relays[mode], strangerFrom),
        );
        const outcomes = await Promise.all(calls);
        table.add(row, outcomes);
        for (const [i, { name, stolen }] of WAYS.entries()) {
          const outcome = outcomes[i] ?? assert.fail();
          const lost = stolen === 'always' || (stolen === 'address unknown' && addressUnknown(scenario));
          if (lost) assert.ok(outcome.stolen > 0, `${name}: the attack is none`);
          else assertServed(name, outcome);
        }
        const stolen = WAYS.map(({ mode }, i) => (mode === 'guarded' ? 0 : (outcomes[i]?.stolen ?? 0)));
        for (const [i, { name, mode, strangerFrom }] of WAYS.entries()) {
          const inCompat =
            stolen[WAYS.findIndex((way) => way.mode === 'compat' && way.strangerFrom === strangerFrom)] ?? 0;
          if (mode === 'guarded')
            assert.ok((outcomes[i]?.stolen ?? 0) <= inCompat + SLACK, `${name}: more than in compat`);
        }
      }),
    ),
  );
  for (const line of table.lines()) t.diagnostic(line);
});
