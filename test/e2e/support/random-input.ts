/** A source of random 32-bit numbers that repeats itself for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer of 0 to `bound` - 1. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) % bound;
  }

  pick(choices: readonly string[]): string {
    return choices[this.below(choices.length)] ?? '';
  }

  /** Random bytes as Latin-1, less than `bound` of them. */
  bytes(bound: number): string {
    return Array.from({ length: this.below(bound) }, () => String.fromCharCode(this.below(256))).join('');
  }
}

const VERBS = [
  'U',
  'L',
  'D',
  'P',
  'S',
  'R',
  'C',
  'N',
  'Q',
  'G',
  'I',
  'V',
  'VF',
  'X',
  'u',
  'Uz20c8a',
  'U6',
  'Uw',
  'Lei',
  '?',
];
const WORDS = [
  'call',
  'from',
  'to',
  'from;1',
  '127.0.0.1',
  '::1',
  '0.0.0.0',
  '4000',
  '0',
  '65535',
  '70000',
  '-1',
  'session',
  'udp:127.0.0.1:9',
  'tcp:127.0.0.1:9',
  '%zz',
  '&&',
  '&& S ttl=5',
  '&& S tos=300',
  '&& L 127.0.0.1 4002',
  '&& D',
  '&& C call from to',
  '&& M3:1 tag',
  'l{label}',
  'nsess_created',
  '../../etc/passwd',
  'x'.repeat(300),
];

/** A command that is almost right, or nothing but noise. Without a cookie and without a line end. */
export function randomCommand(random: Random): string {
  if (random.below(3) === 0) return random.bytes(300);
  const words = [random.pick(VERBS) + (random.below(4) === 0 ? random.bytes(4) : '')];
  for (let count = random.below(8); count > 0; count--) {
    words.push(random.below(10) === 0 ? random.bytes(20) : random.pick(WORDS));
  }
  return words.join(random.pick([' ', ' ', ' ', '\t', '  ']));
}
