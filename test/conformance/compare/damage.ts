import type { Random } from './random.ts';
import { long } from './words.ts';

const MAX_TOKENS = 23;
const MAX_SUB_COMMANDS = 15;
const SEPARATORS = [' ', '  ', '\t', '\n', '\r\n', ' \t '];
const NO_SEPARATORS = ['\x0b', '\x0c', '\0', '\xa0', '\x85'];

type Damage = (random: Random, words: string[]) => void;

const DAMAGES: readonly (readonly [number, Damage])[] = [
  [4, (random, words) => void words.splice(random.below(words.length), 1)],
  [
    4,
    (random, words) => void words.splice(random.below(words.length + 1), 0, random.pick([...words, 'x', long(random)])),
  ],
  [2, (random, words) => void words.splice(random.below(words.length + 1), 0, '&&')],
  [1, (_random, words) => void words.push('&&')],
  [1, (random, words) => void words.push(random.pick(['&&&', '&', '&&D', '&& &&']))],
  // Around the limits of protocol.md 3.
  [1, (random, words) => fill(words, random.between(MAX_TOKENS - 2, MAX_TOKENS + 3))],
  [
    1,
    (random, words) =>
      void words.push('&&', 'S', ...random.times(random.between(MAX_TOKENS - 2, MAX_TOKENS + 1), () => 'x')),
  ],
  [1, (random, words) => chain(words, random.between(MAX_SUB_COMMANDS - 1, MAX_SUB_COMMANDS + 2))],
  [2, (random, words) => replaceByte(random, words, '\0')],
  [4, (random, words) => replaceByte(random, words, String.fromCharCode(random.below(256)))],
  [1, (random, words) => void words.push(random.pick(NO_SEPARATORS))],
  [
    1,
    (random, words) =>
      void words.splice(random.below(words.length + 1), 0, 'x'.repeat(random.pick([7900, 8150, 8192, 9000]))),
  ],
];

/** Makes one mistake of syntax, or what looks like one. */
export function damage(random: Random, words: string[]): void {
  random.weighted(DAMAGES)(random, words);
}

/** The words with something between them; nearly always a space. */
export function join(random: Random, words: readonly string[]): string {
  if (!random.oneIn(12)) return words.join(' ');
  const separated = words.map((word) => word + random.pick(random.oneIn(15) ? NO_SEPARATORS : SEPARATORS));
  return separated.join('');
}

function fill(words: string[], count: number): void {
  while (words.length < count) words.push('x');
}

function chain(words: string[], count: number): void {
  for (let added = 0; added < count; added += 1) words.push('&&', 'S', 'ttl=700');
}

function replaceByte(random: Random, words: string[], byte: string): void {
  const index = random.below(words.length);
  const word = words[index] ?? '';
  const at = random.below(word.length + 1);
  words[index] = word.slice(0, at) + byte + word.slice(at + random.below(2));
}
