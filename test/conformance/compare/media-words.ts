import type { Random } from './random.ts';
import { address, long, port } from './words.ts';

// What U, L and their sub-commands consist of (protocol.md 6.2 and 7).

const LOCAL = [
  ...['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.9', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]'],
  ...['203.0.113.77', '[2001:db8::77]', '127.1', '0177.0.0.1', '2130706433', '127.0.0.0x1', '010.0.0.1'],
  ...[
    '',
    '.',
    '300.1.1.1',
    '1.2.3.4.5',
    'foo',
    '[',
    '[]',
    '[::1',
    '[1]',
    '[:]',
    '[::ffff:1.2.3.4.5]',
    '[fe80::1]',
    '::1',
    '...',
  ],
];
const ROUTE = [
  ...['127.0.0.1', '127.0.0.55', '127.255.255.254', '[::1]', '192.0.2.1', '[2001:db8::1]', '0.0.0.0', '[::]'],
  ...[
    '224.0.0.1',
    '255.255.255.255',
    '[ff02::1]',
    '[fe80::1]',
    '[::ffff:127.0.0.1]',
    '127.1',
    '.',
    '256.1.1.1',
    '',
    '[',
    'x',
  ],
];
const LABELS = ['one', 'two', 'six', 'ONE', 'on', 'one ', 'four', '', '}', '{one'];
const PTIMES = [
  '20',
  '+30',
  '999',
  '030',
  '1',
  '',
  '0',
  '1000',
  '-5',
  '+',
  '4294967316',
  '99999999999999999999',
  '00000000020',
];
const CODECS = ['0', '0,8,101', ',', ',,', '0,', '8,0,3,18', '999', '', '0;8', '0,8c3'];
const TTLS = ['700', '+700', '0700', '100000', '2147483647', '99999999999', '4294967996', '2147483648', '4294967296'];
const ODD_TTLS = [
  '0',
  '-1',
  '',
  '700x',
  '0x300',
  ' ',
  '+',
  '-',
  '700.0',
  '9223372036854776508',
  '18446744073709552316',
  '-4294966596',
];
const TOSES = ['184', '1', '255', '256', '0', '-1', '', 'x', '+4', '99999999999', '4294967296', '2147483647'];
const SETTINGS = ['ttl', 'TTL', 'tos', 'tt', 'ttl=700 ttl', 'x', 'tos=1 tos', ''];
const UNKNOWN = ['p', 'g', 'x', '0', '9', '-', '{', '}', '.', '\xe9', '\x01', 't', '[', '\xc1', '\xdf', '%'];

/** A letter in either case. */
export function letter(random: Random, text: string): string {
  return random.oneIn(8) ? text.toUpperCase() : text;
}

/** Modifiers of U, L or `&& L`, and an address and port that often suit them. */
export function mediaArguments(random: Random, bridge: boolean): { modifiers: string; peer: string[] } {
  const family = random.oneIn(7) ? 6 : 4;
  const count = random.weighted([
    [6, 0],
    [6, 1],
    [4, 2],
    [1, 4],
    [1, 8],
  ]);
  const list = random.times(count, () => modifier(random, bridge));
  if (family === 6 && !random.oneIn(12)) list.splice(random.below(list.length + 1), 0, '6');
  return { modifiers: list.join(''), peer: [address(random, family), port(random)] };
}

function modifier(random: Random, bridge: boolean): string {
  const make = random.weighted<() => string>([
    [4, () => 'a'],
    [4, () => 's'],
    [8, () => 'w'],
    [4, () => `z${random.pick(PTIMES.slice(0, random.oneIn(3) ? PTIMES.length : 5))}`],
    [4, () => `c${random.pick(CODECS.slice(0, random.oneIn(3) ? CODECS.length : 4))}`],
    [bridge ? 10 : 1, () => random.pick(['e', 'i', 'ei', 'ie', 'ee', 'ii', 'eie'])],
    [1, () => '6'],
    [6, () => `l${random.pick(LOCAL.slice(0, random.oneIn(2) ? LOCAL.length : 5))}`],
    [4, () => `l{${random.pick(LABELS.slice(0, random.oneIn(2) ? LABELS.length : 3))}${random.oneIn(12) ? '' : '}'}`],
    [4, () => `r${random.pick(ROUTE.slice(0, random.oneIn(2) ? ROUTE.length : 4))}`],
    [8, () => 'n'],
    [1, () => random.pick(UNKNOWN)],
  ]);
  const text = make();
  // Labels are case-sensitive, all other modifiers are not.
  return text.startsWith('l{') ? text : random.oneIn(80) ? text + long(random) : letter(random, text);
}

/** One sub-command, as its tokens; `partners` are Call-IDs and tags for `&& C`. */
export function subCommand(random: Random, bridge: boolean, partner: () => string[]): string[] {
  const make = random.weighted<() => string[]>([
    [
      8,
      () => {
        const { modifiers, peer } = mediaArguments(random, bridge);
        return [letter(random, 'L') + modifiers, ...peer];
      },
    ],
    [
      3,
      () => [
        letter(random, 'D') +
          random.weighted([
            [6, ''],
            [4, 'w'],
            [1, 'W'],
            [1, 'ww'],
            [1, 'x'],
          ]),
      ],
    ],
    [6, () => [settingLetter(random), `ttl=${random.pick(random.oneIn(4) ? ODD_TTLS : TTLS)}`]],
    [6, () => [settingLetter(random), `tos=${random.pick(TOSES)}`]],
    [1, () => [settingLetter(random), `${random.pick(SETTINGS)}=${random.pick(TTLS)}`]],
    [3, () => [letter(random, 'C') + (random.oneIn(10) ? 's' : ''), ...partner()]],
    [1, () => [random.pick(['M3:1', 'M4:1', 'M5:1', 'M1:1', 'M', 'M0:0', 'M3', 'M99:1', 'm3:1']), 'S']],
    [1, () => [random.pick(['X', 'V', 'Q', 'P', 'R', 'N', 'U', '?', '\xe9', '&', '&&&', '&&D'])]],
  ]);
  const tokens = make();
  if (random.oneIn(25)) tokens.push(random.pick(['x', 'w', '700', long(random)]));
  if (random.oneIn(25)) tokens.pop();
  return tokens;
}

function settingLetter(random: Random): string {
  return (
    letter(random, 'S') +
    random.weighted([
      [8, ''],
      [4, 'r'],
      [1, 'R'],
      [1, 'x'],
      [1, 'rr'],
      [1, '\xe9'],
    ])
  );
}
