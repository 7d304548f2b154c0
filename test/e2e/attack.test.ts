import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attack, attack } from './support/attack.ts';
import type { Damage } from './support/damage.ts';
import { HOST, startRelay } from './support/relay.ts';

// Somebody who is not part of a call tries to get its media, in both modes of latching. The phones are where signalling says.

const ALWAYS = 60;
/** Who knows both can be told from a second path of the party's stream by nobody, and so is heard; but he gets nothing. */
const KNOWS_ALL = 'SSRC and sequence number guessed';
const ROWS: Readonly<Record<string, Attack>> = {
  'one early packet': { from: 0, packets: 1 },
  'from before the phones on': { from: 0, packets: ALWAYS },
  'when the phones talk': { from: 300, packets: 45 },
  're-INVITE, same address': { from: 300, packets: 45, reinvite: 'same' },
  're-INVITE, new address': { from: 300, packets: 45, reinvite: 'new' },
  'weak session': { from: 0, packets: ALWAYS, weak: true },
  'RTCP, from before the phones on': { from: 0, packets: ALWAYS, rtcp: true },
  [KNOWS_ALL]: { from: 300, packets: 45, guessed: true },
};
const SERVED_PERCENT = 90;
/** Two calls of one row are not the same to the packet. */
const SLACK = 2;

test('strangers', async (t) => {
  const table: string[] = [];
  const inCompat = new Map<string, Damage>();
  for (const mode of ['compat', 'guarded'] as const) {
    const { control } = await startRelay(t, ['-l', HOST, `--latch=${mode}`]);
    const rows = Object.entries(ROWS);
    const damages = await Promise.all(rows.map(([, plan]) => attack(control, plan)));
    for (const [i, damage] of damages.entries()) {
      const row = rows[i]?.[0] ?? '';
      table.push(`${row.padEnd(34)} ${mode.padEnd(8)} ${text(damage)}`);
      if (mode === 'compat') inCompat.set(row, damage);
      else judge(row, damage, inCompat.get(row) ?? assert.fail());
    }
  }
  for (const line of table) t.diagnostic(line);
});

/** Before the party has sent its first packet nobody knows who is who; from then on the stranger gets and says nothing. */
function judge(row: string, damage: Damage, inCompat: Damage): void {
  assert.equal(damage.stolenAfter, 0, `${row}: packets that the stranger got`);
  if (row !== KNOWS_ALL) assert.equal(damage.injectedAfter, 0, `${row}: packets of the stranger that a phone got`);
  assert.ok(damage.stolenBefore <= inCompat.stolenBefore + SLACK, `${row}: packets that the stranger got at first`);
  assert.ok(damage.injectedBefore <= inCompat.injectedBefore + SLACK, `${row}: packets that a phone got at first`);
  assert.ok(damage.callerHeard >= SERVED_PERCENT, `${row}: the caller heard ${damage.callerHeard} %`);
  assert.ok(damage.calleeHeard >= SERVED_PERCENT, `${row}: the callee heard ${damage.calleeHeard} %`);
}

/** What the stranger did before and after the caller's first packet, and what came of the call. */
function text(damage: Damage): string {
  const { stolenBefore, stolenAfter, injectedBefore, injectedAfter, callerHeard, calleeHeard } = damage;
  const done = `stolen ${stolenBefore} + ${stolenAfter}, injected ${injectedBefore} + ${injectedAfter}`;
  return `${done}, heard: caller ${callerHeard} %, callee ${calleeHeard} %`;
}
