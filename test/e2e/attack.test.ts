import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attack, attack } from './support/attack.ts';
import type { Damage } from './support/damage.ts';
import { HOST, startRelay } from './support/relay.ts';

// Somebody who is not part of a call tries to get its media, in both modes of latching. The phones are where signalling says.

const ALWAYS = 60;
const ROWS: Readonly<Record<string, Attack>> = {
  'one early packet': { from: 0, packets: 1 },
  'from before the phones on': { from: 0, packets: ALWAYS },
  'when the phones talk': { from: 300, packets: 45 },
  're-INVITE, same address': { from: 300, packets: 45, reinvite: 'same' },
  're-INVITE, new address': { from: 300, packets: 45, reinvite: 'new' },
  'weak session': { from: 0, packets: ALWAYS, weak: true },
  'RTCP, from before the phones on': { from: 0, packets: ALWAYS, rtcp: true },
  'SSRC and sequence number guessed': { from: 300, packets: 45, guessed: true },
};
const SERVED_PERCENT = 90;

test('strangers', async (t) => {
  const table: string[] = [];
  for (const mode of ['compat', 'guarded'] as const) {
    const { control } = await startRelay(t, ['-l', HOST, `--latch=${mode}`]);
    const rows = Object.entries(ROWS);
    const damages = await Promise.all(rows.map(([, plan]) => attack(control, plan)));
    for (const [i, damage] of damages.entries()) {
      const row = rows[i]?.[0] ?? '';
      table.push(`${row.padEnd(34)} ${mode.padEnd(8)} ${text(damage)}`);
      if (mode === 'compat') continue;
      assert.equal(damage.stolen, 0, `${row}: packets that the stranger got`);
      assert.equal(damage.injected, 0, `${row}: packets of the stranger that a phone got`);
      assert.ok(damage.callerHeard >= SERVED_PERCENT, `${row}: the caller heard ${damage.callerHeard} %`);
      assert.ok(damage.calleeHeard >= SERVED_PERCENT, `${row}: the callee heard ${damage.calleeHeard} %`);
    }
  }
  for (const line of table) t.diagnostic(line);
});

/** What the stranger did before and after the caller's first packet, and what came of the call. */
function text(damage: Damage): string {
  const { stolenBefore, stolenAfter, injectedBefore, injectedAfter, callerHeard, calleeHeard } = damage;
  const done = `stolen ${stolenBefore} + ${stolenAfter}, injected ${injectedBefore} + ${injectedAfter}`;
  return `${done}, heard: caller ${callerHeard} %, callee ${calleeHeard} %`;
}
