import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST, portIn, startRelay } from './support/relay.ts';
import { UdpPeer } from './support/udp-peer.ts';

// Datagrams that no SIP proxy sends (protocol.md 2.3 and 11).

const VERSION = '20040107\n';

test('a malformed datagram is answered as documented', async (t) => {
  const { controlAt, daemon } = await startRelay(t);
  const client = await UdpPeer.open(t, HOST);
  const table: readonly (readonly [string, string])[] = [
    ['', 'E5\n'],
    [' ', 'E5\n'],
    [' \t\r\n  ', 'E5\n'],
    ['\0', 'E5\n'],
    ['\0\0\0\0', 'E5\n'],
    ['a1', 'a1 E5\n'],
    ['a2 \t ', 'a2 E5\n'],
    ['a3\n', 'a3 E5\n'],
    [' a4', 'a4 E5\n'],
    ['a\x005 V', 'E5\n'],
    ['a6\0 V', 'E5\n'],
    ['\0a7 V', 'E5\n'],
    ['a8 V\0', 'a8 E5\n'],
    ['a9 \0', 'a9 E5\n'],
    ['b0 V\0F 20040107', 'b0 E5\n'],
    ['b1 VF 2004\x000107', 'b1 E5\n'],
    ['b2 \xff\xfe', 'b2 E0\n'],
    ['b3 \x0bV', 'b3 E0\n'],
    ['\xff\xfe\xfd V', `\xff\xfe\xfd ${VERSION}`],
    ['&& V', `&& ${VERSION}`],
    ['b4 && V', 'b4 E5\n'],
    ['b5 V &&', 'b5 E5\n'],
    ['b6 V\nb7 V', 'b6 E1\n'],
    ['b8 V\r\n', `b8 ${VERSION}`],
    ['\tb9\tV\t', `b9 ${VERSION}`],
    [`c0 V${' x'.repeat(22)}`, 'c0 E1\n'],
    [`c1 V${' x'.repeat(23)}`, 'c1 E5\n'],
    [`c2 ?${' x'.repeat(23)}`, 'c2 E5\n'],
    [`c3 Q c f${' && D'.repeat(16)}`, 'c3 E5\n'],
    [`c4 Q c f${' && D'.repeat(15)}`, 'c4 E50\n'],
  ];
  for (const [datagram, reply] of table) {
    assert.equal(await client.ask(datagram, controlAt), reply, JSON.stringify(datagram));
  }
  assert.equal(await client.ask('z V', controlAt), `z ${VERSION}`);
  assert.doesNotMatch(daemon.stderr(), /CRIT/);
});

test('a repeated command gets the stored reply, errors included; another one with its cookie does not', async (t) => {
  const { controlAt } = await startRelay(t);
  const [client, another] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
  const reply = await client.ask(`a U c ${HOST} 4000 from`, controlAt);
  portIn(reply.slice('a '.length));
  for (const datagram of [`a U c ${HOST} 4000 from`, ` a\tU c ${HOST} 4000 from\n`]) {
    assert.equal(await another.ask(datagram, controlAt), reply);
  }
  assert.equal(await client.ask('b ?', controlAt), 'b E0\n');
  assert.equal(await another.ask('b ?', controlAt), 'b E0\n');
  const second = await another.ask(`a U other ${HOST} 4002 from`, controlAt);
  assert.notEqual(portIn(second.slice('a '.length)), portIn(reply.slice('a '.length)));
  assert.equal(await another.ask('a', controlAt), 'a E5\n');
  assert.equal(await another.ask('a V\0', controlAt), 'a E5\n');
  assert.equal(await another.ask('b V', controlAt), `b ${VERSION}`);
  assert.equal(await client.ask('c G nsess_created ncmds_rcvd ncmds_rcvd_ndups', controlAt), 'c 2 7 3\n');
});

/** Lengths at which the C daemon aborts, and their neighbours. */
const LONG_COOKIES = [1001, 1010, 1014, 1015, 1016, 1021, 1022, 1023, 1024, 5000, 8185, 8191, 8192, 65507];

test('a cookie of more than 1000 bytes is answered E5 without it, and executes nothing', async (t) => {
  const { controlAt, daemon } = await startRelay(t);
  const client = await UdpPeer.open(t, HOST);
  assert.equal(await client.ask(`k L kept ${HOST} 4000 from to`, controlAt), 'k 0\n');
  assert.match(await client.ask(`l U kept ${HOST} 4000 from`, controlAt), /^l \d+ 127\.0\.0\.1\n$/);
  const commands = [
    'V',
    'VF 20040107',
    `U new ${HOST} 4000 from`,
    `U kept ${HOST} 4000 from && L ${HOST} 4002`,
    `L kept ${HOST} 4000 from to`,
    'D kept from',
    'Q kept from',
    'Qv kept from to ttl rtpa_jlast',
    'G nsess_created',
    'I',
    'X',
    '?',
    'V y',
    '',
  ];
  for (const length of LONG_COOKIES) {
    for (const command of commands) {
      const datagram = `${'k'.repeat(length)} ${command}`.slice(0, 65507);
      assert.equal(await client.ask(datagram, controlAt), 'E5\n', `cookie of ${length}, ${command}`);
    }
  }
  assert.equal(await client.ask('m G nsess_created nsess_complete', controlAt), 'm 1 0\n');
  assert.match(await client.ask('n Q kept from', controlAt), /^n \d+ 0 0 0 0\n$/);
  assert.doesNotMatch(daemon.stderr(), /CRIT/);
});

test('with a cookie of 1000 bytes every command is answered within 1023 bytes', async (t) => {
  const { controlAt } = await startRelay(t);
  const client = await UdpPeer.open(t, HOST);
  let count = 0;
  const ask = async (command: string) => {
    const cookie = `${count++}`.padStart(1000, 'k');
    const reply = await client.ask(`${cookie} ${command}`, controlAt);
    assert.ok(reply.length <= 1023, `${reply.length} bytes`);
    assert.equal(reply.slice(0, 1001), `${cookie} `);
    return reply.slice(1001);
  };
  assert.equal(await ask('V'), VERSION);
  assert.equal(await ask('VF 20040107'), '1\n');
  portIn(await ask(`U c ${HOST} 4000 from`));
  portIn(await ask(`L c ${HOST} 4000 from to`));
  assert.match(await ask('Q c from'), /^\d+ 0 0 0 0\n$/);
  assert.equal(await ask('Qv c from to ttl npkts_ina npkts_ino nrelayed'), 'E26\n');
  assert.equal(await ask('G nsess_created'), '1\n');
  assert.equal(await ask('G'), '\n');
  assert.match(await ask('Gv nsess_created nsess_destroyed'), /^E(25|68)\n$/);
  assert.equal(await ask('I'), 'E86\n');
  assert.equal(await ask('Il'), 'E86\n');
  assert.equal(await ask('?'), 'E0\n');
  assert.equal(await ask(''), 'E5\n');
  assert.equal(await ask('D c from'), '0\n');
  assert.equal(await ask('X'), '0\n');
});

test('the reply to I needs room behind the cookie', async (t) => {
  const { controlAt } = await startRelay(t);
  const client = await UdpPeer.open(t, HOST);
  for (const command of ['I', 'Ib', 'Il']) {
    const info = (await client.ask(`c${command} ${command}`, controlAt)).slice(`c${command} `.length);
    const longest = command.padEnd(1023 - 1 - info.length, 'k');
    assert.equal(await client.ask(`${longest} ${command}`, controlAt), `${longest} ${info}`);
    assert.equal(await client.ask(`${longest}k ${command}`, controlAt), `${longest}k E86\n`);
  }
});

test('of a datagram of more than 8191 bytes the beginning is executed', async (t) => {
  const { controlAt, control } = await startRelay(t);
  const client = await UdpPeer.open(t, HOST);
  const callId = 'c'.repeat(7900);
  portIn((await client.ask(`a U ${callId} ${HOST} 4000 from`, controlAt)).slice(2));
  assert.match(await client.ask(`b Q ${callId} from`, controlAt), /^b \d+ 0 0 0 0\n$/);
  assert.equal(await client.ask(`${'c V'.padEnd(8191)} behind the end`, controlAt), `c ${VERSION}`);
  assert.equal(await client.ask(`${'d V'.padEnd(8190)} y`, controlAt), `d ${VERSION}`);
  assert.equal(await client.ask(`${'e V'.padEnd(8189)} y`, controlAt), 'e E1\n');
  assert.equal(await client.ask(`${'f V'.padEnd(65_000)} y`, controlAt), `f ${VERSION}`);
  assert.equal(await client.ask(`g D ${'c'.repeat(8191)} from`, controlAt), 'g E1\n');
  assert.equal(await control.command('G nsess_created nsess_destroyed'), '1 0\n');
});
