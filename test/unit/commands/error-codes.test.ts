import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS } from '../../../src/protocol/errors.ts';
import { V4, V6 } from '../protocol/address-book.ts';
import { commandRig, ROOM } from './command-rig.ts';

// Every error code that the protocol has, and which one is told when a command has several faults (protocol.md 3 and 4).

interface Situation {
  /** Commands before. */
  readonly after?: readonly string[];
  readonly room?: number;
  readonly draining?: boolean;
  readonly pairs?: number;
  readonly onlyIPv4?: boolean;
  readonly bridge?: boolean;
}

const SESSION = ['U c 127.0.0.1 4000 a'];

async function answer(
  command: string,
  { after = [], room = ROOM, draining, pairs = 5, ...more }: Situation = {},
): Promise<string> {
  const listen = more.onlyIPv4 ? [V4] : [V4, V6];
  const ports = { min: 41000, max: 40999 + 2 * pairs, sequential: true };
  const rig = commandRig({ listen, bridge: more.bridge ?? false, policy: { ports } });
  for (const earlier of after) rig.ask(earlier);
  rig.state.draining = draining ?? false;
  return rig.askLater(command, room);
}

const CODES: readonly (readonly [code: number, command: string, situation?: Situation])[] = [
  [0, '? x'],
  [1, 'D c'],
  [2, 'Vx'],
  [3, 'D c a && D'],
  [3, 'Q c a && X', { after: SESSION }],
  [5, ''],
  [5, `V${' x'.repeat(23)}`],
  [6, 'Rp c a'],
  [6, 'Naa c a'],
  [7, 'Rx c a'],
  [7, 'Nx c a'],
  [7, 'Cx c name a'],
  [8, 'Dx c a'],
  [9, 'Gx'],
  [10, 'U c 127.0.0.1 4000 a tcp:127.0.0.1:1 %zz'],
  [11, 'Ue c 127.0.0.1 4000 a'],
  [11, 'Uiie c 127.0.0.1 4000 a', { bridge: true }],
  [12, 'Ui c 127.0.0.1 4000 a'],
  [13, 'Uz1000 c 127.0.0.1 4000 a'],
  [14, 'Uc c 127.0.0.1 4000 a'],
  [15, 'Ulx c 127.0.0.1 4000 a'],
  [16, 'Urx c 127.0.0.1 4000 a'],
  [17, 'Px c prompt 0 a'],
  [18, 'Ix'],
  [19, 'Qx c a', { after: SESSION }],
  [25, 'Gv nsess_created', { room: 15 }],
  [26, 'Qv c a', { after: SESSION, room: 20 }],
  [31, 'Ul{none} c 127.0.0.1 4000 a'],
  [32, 'Ur300.1.1.1 c 127.0.0.1 4000 a'],
  [35, 'Uq c 127.0.0.1 4000 a'],
  [35, 'P c prompt session a', { after: SESSION }],
  [36, 'U6 c ::1 4000 a', { onlyIPv4: true }],
  [37, 'U c 256.1.1.1 4000 a'],
  [37, 'U c 127.0.0.1 22222 a'],
  [50, 'D c a'],
  [50, 'N c a', { after: SESSION }],
  [60, 'P c nowhere/prompt 0 a', { after: SESSION }],
  [62, 'Q c a b nope', { after: SESSION }],
  [65, 'C c name a', { after: SESSION }],
  [68, 'G nope'],
  [71, 'L c 127.0.0.1 4002 a b', { after: SESSION, pairs: 1 }],
  [72, 'U d 127.0.0.1 4000 a', { after: SESSION, pairs: 1 }],
  [75, 'U c 127.0.0.1 4000 a tcp:127.0.0.1:1 tag'],
  [86, 'I', { room: 90 }],
  [99, 'U c 127.0.0.1 4000 a', { draining: true }],
];

for (const [code, command, situation] of CODES) {
  test(`E${code}: ${JSON.stringify(command.slice(0, 60))}`, async () => {
    assert.equal(await answer(command, situation), `E${code}\n`);
  });
}

test('the table has every code but that of a failure of ours', () => {
  const codes = new Set<number>(Object.values(ERRORS).map(({ code }) => code));
  codes.delete(ERRORS.internal.code);
  assert.deepEqual(new Set(CODES.map(([code]) => code)), codes);
});

/** Commands with several faults, and the one that is told. */
const PRECEDENCE: readonly (readonly [reply: string, command: string, situation?: Situation])[] = [
  ['E5', '? x && '],
  ['E5', 'Vx y\0'],
  ['E0', '? x && D'],
  ['E1', 'Vx y && D'],
  ['E1', 'Ue c 127.0.0.1 && X'],
  ['E2', 'Vx && D'],
  ['E2', 'Sx nope a && D'],
  ['E3', 'V && V'],
  ['E3', 'Dx nope a && D'],
  ['E3', 'Gx nope && D'],
  ['E10', 'Uq c 1.2.3.4.5 4000 a x %zz && X'],
  ['E13', 'Uz0q c 127.0.0.1 4000 a'],
  ['E35', 'Uqz0 c 127.0.0.1 4000 a'],
  ['E35', 'U6q c ::1 4000 a', { onlyIPv4: true }],
  ['E36', 'U6 c 1.2.3.4.5 x a', { onlyIPv4: true }],
  ['E37', 'U c 1.2.3.4.5 4000 a x tag && X'],
  ['E3', 'U c 127.0.0.1 4000 a x tag && X'],
  ['E75', 'U c 127.0.0.1 4000 a x tag', { draining: true }],
  ['E37', 'L nope 127.0.0.1 22222 a b && D'],
  ['E37', 'U c 127.0.0.1 4000 a b && L 127.0.0.1 22222'],
  ['E99', 'U d 127.0.0.1 4000 a', { after: SESSION, pairs: 1, draining: true }],
  ['E6', 'Rpx nope a'],
  ['E7', 'Rxp nope a'],
  ['E7', 'Nxa nope a'],
  ['E8', 'Dx nope a'],
  ['E9', 'Gx nope'],
  ['E17', 'Px nope prompt x a'],
  ['E50', 'P nope prompt x a'],
  ['E35', 'P0 c nowhere session a', { after: SESSION }],
  ['E50', 'Qx nope a b nope'],
  ['E19', 'Qx c a b nope', { after: SESSION }],
  ['E62', 'Q c a b nope && D', { after: SESSION }],
  ['E3', 'Qx nope a b nope && X'],
  ['E3', 'L nope 127.0.0.1 4000 a b && X'],
  ['0', 'L nope 127.0.0.1 4000 a b && D'],
];

for (const [reply, command, situation] of PRECEDENCE) {
  test(`${reply} comes first in ${JSON.stringify(command)}`, async () => {
    assert.equal(await answer(command, situation), `${reply}\n`);
  });
}
