import type { TestCommand } from './generator.ts';
import type { Answers, Pair } from './pair.ts';

const TTL_TOLERANCE = 2;
/** Timers of the configurations and `ttl=` are longer, and no other value of Q gets there. */
const SHORTEST_TTL = 100;

/** Counters that prompts change while they play. */
const IN_MOTION = ['pps_in', 'npkts_played', 'nplrs_destroyed'];

/** Where in a reply a value stands, and in the reply to what. */
interface Place {
  readonly verb: string;
  readonly names: readonly string[];
  readonly callId: string;
  /** The word before. */
  readonly before: string;
}

/**
 * Tells whether two replies to the same command say the same. They need not be equal where ports, time that is left, and
 * durations are told.
 */
export class Agreement {
  readonly #pair: Pair;
  /** Replies by cookie. */
  readonly #replies = new Map<number, Answers>();
  /** For ports taken at random: which of our ports stands for which of the reference, and the reverse, per Call-ID. */
  readonly #partners = new Map<string, string>();

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  agrees(command: TestCommand, answers: Answers): boolean {
    const { reference, ours } = answers;
    const first = command.repeats === undefined ? undefined : this.#replies.get(command.repeats);
    // A reply given before; whether the two agreed has been told already.
    if (first !== undefined) return reference === first.reference && ours === first.ours;
    if (!command.bare) this.#replies.set(command.repeats ?? command.number, answers);
    if (reference === undefined || ours === undefined) return reference === ours;
    const words = command.body.split(/[ \t\r\n]+/).filter(Boolean);
    const left = reference.split(/([ \n=])/);
    const right = ours.split(/([ \n=])/);
    if (left.length !== right.length) return false;
    const about = {
      verb: (words[0] ?? '').charAt(0).toLowerCase(),
      names: words.slice(1),
      callId: command.callId ?? '',
    };
    return left.every((value, index) => {
      const other = right[index] ?? '';
      return value === other || this.#mean(value, other, { ...about, before: left[index - 2] ?? '' });
    });
  }

  #mean(reference: string, ours: string, { verb, names, callId, before }: Place): boolean {
    switch (verb) {
      case 'u':
      case 'l':
      case 'c':
        return isPort(reference) && isPort(ours) && this.#samePort(callId, Number(reference), Number(ours));
      case 'q':
        return isTtl(reference) && isTtl(ours) && Math.abs(Number(reference) - Number(ours)) <= TTL_TOLERANCE;
      case 'g':
        if (names.some((name) => IN_MOTION.includes(name))) return isNumber(reference) && isNumber(ours);
        return isReal(reference) && isReal(ours) && isNear(Number(reference), Number(ours));
      case 'i':
        return before === 'transmitted:' && isNumber(reference) && isNumber(ours);
      default:
        return false;
    }
  }

  #samePort(callId: string, reference: number, ours: number): boolean {
    if (this.#pair.configuration.pairs !== undefined) {
      return this.#pair.portNumber('reference', reference) === this.#pair.portNumber('ours', ours);
    }
    const forth = `${callId} reference ${reference}`;
    const back = `${callId} ours ${ours}`;
    const known = this.#partners.get(forth) ?? back;
    const knownBack = this.#partners.get(back) ?? forth;
    this.#partners.set(forth, back);
    this.#partners.set(back, forth);
    return known === back && knownBack === forth;
  }
}

function isPort(text: string): boolean {
  return /^[1-9]\d{3,4}$/.test(text);
}

function isTtl(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= SHORTEST_TTL;
}

function isNumber(text: string): boolean {
  return /^\d+(\.\d{6})?$/.test(text);
}

function isReal(text: string): boolean {
  return /^\d+\.\d{6}$/.test(text);
}

/** Sums of the life times of the same sessions. */
function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1 + 0.05 * Math.max(a, b);
}
