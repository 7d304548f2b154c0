import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEYOND_VOICE } from './situations/beyond-voice.ts';
import { CARRIER_GATEWAYS } from './situations/carrier-gateways.ts';
import { HANDOVER } from './situations/handover.ts';
import { IPV6 } from './situations/ipv6.ts';
import { PHONES_BEHIND_NAT } from './situations/phones-behind-nat.ts';
import { QUIET_PHONES } from './situations/quiet-phones.ts';
import { STRANGERS } from './situations/strangers.ts';
import { TWO_PATHS } from './situations/two-paths.ts';
import { whyNoNetworks } from './support/network-namespace.ts';
import { assertServedAsInCompat } from './support/situation/judged.ts';
import { Stage } from './support/situation/stage.ts';

// Calls as people have reported them: in `guarded`, nobody loses more media than in `compat`. All are played at the same
// time, as they mostly wait. RTPPROXY_REFERENCE="/path/to/rtpproxy" puts another daemon, such as the C one, in the place of
// `compat`. Without root rights this is skipped; CI has to have them.

const SITUATIONS = Object.entries({
  ...CARRIER_GATEWAYS,
  ...HANDOVER,
  ...PHONES_BEHIND_NAT,
  ...QUIET_PHONES,
  ...TWO_PATHS,
  ...IPV6,
  ...STRANGERS,
  ...BEYOND_VOICE,
});

const obstacle = whyNoNetworks();
const skip = obstacle !== undefined && process.env.CI !== 'true' ? obstacle : false;

test('call situations', { skip, concurrency: SITUATIONS.length }, async (t) => {
  if (obstacle !== undefined) assert.fail(`call situations need network namespaces: ${obstacle}`);
  const stage = await Stage.open(t, ['guarded', 'compat']);
  await Promise.all(
    SITUATIONS.map(([title, situation]) =>
      t.test(title, (call) => assertServedAsInCompat(call, situation, () => stage.play(situation))),
    ),
  );
});
