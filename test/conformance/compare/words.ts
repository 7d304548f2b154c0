import { FEATURES } from '../../../src/protocol/capabilities.ts';
import { DAEMON_STATISTICS, QUERY_NAMES } from '../../../src/protocol/statistics.ts';
import type { Random } from './random.ts';

// The texts that commands are made of: those that mean something, those that nearly do, and those that must not.

/** From-tags and to-tags: few, so that commands meet; with and without a medium's number. */
const TAGS = ['a', 'b', 'a;1', 'b;1', 'a;2', 'b;2', 'c', 'a;1;2', 'b;1;2', 'A', 'a;', 'ab', '*', 'a\xe9;\xff', '0'];
const FEW_TAGS = 4;

// Of documentation and of this machine only: prompts are played to them.
const IPV4 = ['127.0.0.1', '127.0.0.2', '192.0.2.7', '198.51.100.200', '203.0.113.1', '255.255.255.255', '0.0.0.0'];
const IPV6 = ['::1', '2001:db8::1', '::ffff:127.0.0.1', '2001:DB8:0:0::A', 'fe80::1', '2001:db8:3:4:5:6:7:8', '::'];
const ODD_ADDRESSES = [
  ...[
    '0',
    'x',
    '127.2',
    '127.1',
    '127.1.1',
    '127.0.1',
    '0x7f.0.0.1',
    '0X7F.1.1',
    '192.0.2.04',
    '0177.0.0.1',
    '192.0.2.08',
  ],
  ...[
    '2130706433',
    '4294967295',
    '4294967296',
    '0xffffffff',
    '0x7f000001',
    '127.16777215',
    '127.16777216',
    '127.2.65535',
  ],
  ...['127.2.65536', '256.1.1.1', '1.2.3.256', '1.2.3.4.5', '1.2.3.4.', '.1.2.3.4', '1..2.3.4', '1.2.3.4x', '1.2.3.-4'],
  ...['+1.2.3.4', 'localhost', 'localhos', 'example.invalid', '0.0.0.00', '0x0.0.0', '00000000', '000.000.000.000'],
  ...['[::1]', '[127.0.0.1]', '::127.2.3.4', '::ffff:127.2.3.4', '::ffff:7f00:1', '::ffff:0:0', 'fe80::1%lo', '::1%1'],
  ...['0:0:0:0:0:0:0:0', '::0', '1::2::3', ':::', '12345::1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '::g', ':1:2:3:4:'],
  ...['0000:0000:0000:0000:0000:ffff:127.127.127.127', '00000:0000:0000:0000:0000:ffff:127.127.127.127'],
  ...[
    '-1',
    '127.0.0.1\xe9',
    '127.0.0.1\x0b',
    '0x',
    '0x.0x.0.0',
    '1.2.3.0x',
    '08.1.1.1',
    '0x7f.0x2.0x3.0x4',
    '127.0.0.1/8',
  ],
];
const PORTS = ['4000', '4002', '30000', '65534'];
const ODD_PORTS = [
  ...['0', '1', '00', '010', '65535', '65536', '65541', '131072', '4294967295', '4294967296', '4294971296', '-1', '-0'],
  ...['2147483647', '2147483648', '9223372036854775807', '9223372036854775808', '99999999999999999999', '-4294967291'],
  ...[
    '+5',
    '+',
    '-',
    '++5',
    '0x10',
    'x',
    '4000x',
    '4000.',
    '40,00',
    'domain',
    'ntp',
    'sip',
    'snmp',
    'http',
    'NTP',
    'bootps',
  ],
  ...['tftp', 'sip-tls', 'ntp ', 'smtp', '\xb2', '0000000000000000004000', '5\x0b', '\x0b5'],
];
const NOTIFY_SOCKETS = ['tcp:127.0.0.1:9', 'unix:/nowhere', '/nowhere', 'tcp:%%CC_SELF%%:9', 'x', '%zz'];
const NOTIFY_TAGS = ['tag', 'tag%20one+x%0Ay', '%00', '%', '%4', '%4g', '%zz', '%%41', 'a%41%4', '+', '%e9%FF', '\xff'];

/** Those of G that both daemons know. */
const STATS_NAMES = DAEMON_STATISTICS.flatMap((row) => ('ours' in row ? [] : [row.name]));
const ODD_NAMES = ['nope', 'TTL', 'ttl=', 'nsess_create', 'nsess_createdx', 'v', '\xe9', '', 'ncmds'].filter(Boolean);
const ODD_DATES = ['19990101', '2004010', '20040107x', 'x', '0', '-20040107', '20040107.0', '020040107', '\xe9'];

const LONG = [64, 128, 255, 256, 257, 300, 511, 512, 1023, 1024, 2000, 4000, 7000];

export function tag(random: Random): string {
  if (random.oneIn(60)) return long(random);
  return random.pick(random.oneIn(3) ? TAGS : TAGS.slice(0, FEW_TAGS));
}

/** A Call-ID that no other command has had so far if `serial` grows. */
export function callId(random: Random, serial: number): string {
  const form = random.weighted<(name: string) => string>([
    [20, (name) => `${name}@host`],
    [2, (name) => `*${name}`],
    [2, (name) => `${name}\xe9\xff\x01`],
    [2, (name) => `${name};1`],
    [1, (name) => `${name}%41+`],
    [1, (name) => `&&${name}`],
    [1, (name) => name + long(random)],
  ]);
  return form(`${serial}`);
}

/** A peer's address. `family` is a hint only. */
export function address(random: Random, family: 4 | 6): string {
  if (random.oneIn(5)) return random.pick([...ODD_ADDRESSES, ...IPV4, ...IPV6]);
  return random.pick(family === 4 ? IPV4 : IPV6);
}

export function port(random: Random): string {
  return random.pick(random.oneIn(6) ? ODD_PORTS : PORTS);
}

export function notifyArguments(random: Random): string[] {
  return [random.pick(NOTIFY_SOCKETS), random.pick(NOTIFY_TAGS)];
}

export function queryName(random: Random): string {
  return random.oneIn(25) ? random.pick(ODD_NAMES) : random.pick(QUERY_NAMES);
}

export function statsName(random: Random): string {
  return random.oneIn(40) ? random.pick(ODD_NAMES) : random.pick(STATS_NAMES);
}

export function date(random: Random): string {
  return random.oneIn(3) ? random.pick(ODD_DATES) : random.pick(FEATURES).date;
}

/** A token of a length that a fixed buffer may not have expected. */
export function long(random: Random): string {
  return random.pick(['x', '1', 'a;', '%41']).repeat(random.pick(LONG)).slice(0, random.pick(LONG));
}
