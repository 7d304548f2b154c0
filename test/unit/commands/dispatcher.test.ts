import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig, PEER, ROOM } from './command-rig.ts';

type Rig = ReturnType<typeof commandRig>;

function commandCounters({ counters }: Rig): number[] {
  return (['ncmds_rcvd', 'ncmds_succd', 'ncmds_errs', 'ncmds_repld'] as const).map((name) => counters.get(name));
}

/** A command and which of the two it counts as. */
const OUTCOMES: readonly (readonly [string, string, 'success' | 'error'])[] = [
  ['V', '20040107\n', 'success'],
  ['VF 20040107', '1\n', 'success'],
  ['VF 19990101', '0\n', 'success'],
  ['X', '0\n', 'success'],
  ['', 'E5\n', 'error'],
  ['?', 'E0\n', 'error'],
  ['V x', 'E1\n', 'error'],
  ['Vx', 'E2\n', 'error'],
  ['D nope a', 'E50\n', 'error'],
  ['L nope 127.0.0.1 4000 a', '0\n', 'error'],
  ['G nope', 'E68\n', 'error'],
  ['U c 127.0.0.1 4000 a', '41000 127.0.0.1\n', 'success'],
];

for (const [command, reply, outcome] of OUTCOMES) {
  test(`"${command}" answers ${JSON.stringify(reply)} and counts as ${outcome}`, () => {
    const rig = commandRig();
    assert.equal(rig.ask(command), reply);
    assert.deepEqual(commandCounters(rig), [1, outcome === 'success' ? 1 : 0, outcome === 'error' ? 1 : 0, 1]);
  });
}

test('a party at a control socket is a warning with the Call-ID', () => {
  const { ask, log } = commandRig();
  assert.equal(ask('U c 127.0.0.1 22222 a'), 'E37\n');
  assert.equal(ask('U c 300.0.0.1 22222 a'), 'E37\n');
  assert.deepEqual(
    log.take().filter((line) => line.startsWith('WARN')),
    [
      'WARN:c:command: "U ... 127.0.0.1 22222" is refused (E37): the address of a party is a control socket of this daemon',
    ],
  );
});

test('every verb has its handler', async () => {
  const rig = commandRig();
  const replies: Record<string, string> = {
    'U c 127.0.0.1 4000 a': '41000 127.0.0.1\n',
    'L c 127.0.0.1 4002 a b': '41002 127.0.0.1\n',
    'Q c a': '60 0 0 0 0\n',
    'P0 c prompt 0 a': '0\n',
    'S c a': '0\n',
    'R c a': 'E50\n',
    'N c a': 'E50\n',
    'C c name a': 'E65\n',
    'G nsess_created': '1\n',
    I: 'sessions created: 1\nactive sessions: 1\nactive streams: 2\npackets received: 0\npackets transmitted: 0\n',
    'D c a': '0\n',
    'V ': '20040107\n',
    'VF 1': '0\n',
    X: '0\n',
  };
  for (const [command, reply] of Object.entries(replies)) {
    assert.equal(await rig.askLater(command), reply, command);
  }
});

test('an exception in a handler becomes E81 and one line with the command', () => {
  const rig = commandRig();
  rig.engine.createSession = () => {
    throw new Error('out of order');
  };
  const command = 'U call 127.0.0.1 4000 tag\xff';
  rig.log.level = 'WARN';
  assert.equal(rig.ask(command), 'E81\n');
  assert.deepEqual(commandCounters(rig), [1, 0, 1, 1]);
  const lines = rig.log.take();
  assert.equal(lines.length, 1);
  assert.ok(lines[0]?.startsWith(`CRIT:GLOBAL:command: internal error in command "${command}": Error: out of order\n`));
  assert.equal(rig.ask('V'), '20040107\n', 'and the daemon goes on');
});

test('whatever is thrown is told', () => {
  const rig = commandRig();
  rig.engine.createSession = () => {
    throw 'a text';
  };
  rig.log.level = 'WARN';
  assert.equal(rig.ask('U c 127.0.0.1 4000 a'), 'E81\n');
  assert.deepEqual(rig.log.take(), ['CRIT:GLOBAL:command: internal error in command "U c 127.0.0.1 4000 a": a text']);
});

test('commands and replies are logged at DBUG, byte for byte', () => {
  const rig = commandRig();
  rig.ask('VF \xe9');
  assert.deepEqual(rig.log.take(), [
    'DBUG:GLOBAL:command: received command "VF \xe9"',
    'DBUG:GLOBAL:command: sending reply "0\n"',
  ]);
  rig.log.level = 'INFO';
  rig.ask('V');
  assert.deepEqual(rig.log.take(), []);
});

test('the bytes of a command may lie inside a larger buffer', () => {
  const rig = commandRig();
  const bytes = Buffer.from('xxVyy', 'latin1').subarray(2, 3);
  assert.equal(rig.dispatcher.handle(bytes, PEER, ROOM), '20040107\n');
});
