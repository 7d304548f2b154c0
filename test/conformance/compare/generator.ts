import { damage, join } from './damage.ts';
import { letter, mediaArguments, subCommand } from './media-words.ts';
import { Random } from './random.ts';
import * as words from './words.ts';

/** A command to be sent to both daemons. */
export interface TestCommand {
  readonly number: number;
  /** What follows the cookie, its separator included (Latin-1); the whole datagram if `bare`. */
  readonly body: string;
  /** A datagram without a cookie that could be answered. */
  readonly bare: boolean;
  /** Number of the command that is sent again, with its cookie. */
  readonly repeats: number | undefined;
  /** The cookie has so many bytes at least: replies near their longest. */
  readonly cookieLength: number;
  /** The session's Call-ID, for the commands that have one. */
  readonly callId: string | undefined;
}

export interface GeneratorOptions {
  /** Bridge mode: `e` and `i` are of use. */
  readonly bridge: boolean;
  /** X may be sent. */
  readonly deleteAll: boolean;
  /** Commands have cookies and may hold LF; otherwise they are lines. */
  readonly datagrams: boolean;
  /** There are notify targets. */
  readonly notify: boolean;
}

const CALLS = 5;
/** A command is sent again at most so many commands later. */
const LAST_REPEATED = 40;
/** Longer ones end the C daemon (protocol.md 11). */
const LONG_COOKIE = [500, 1000] as const;
const BARE = ['', ' ', '\n', '\r\n\t ', '\0', '\0\0\0', 'co\0kie V', '\0 V', ' \0V'];
const PROMPTS = ['prompt', 'nowhere', '../prompt', 'prompt.0'];
const CODECS = ['0', '8,0', '3', '3/8', '0x', ',', '', 'x', '-1', '8;18', 'session', '999'].filter(Boolean);
const COUNTS = ['', '1', '-1', '0', '+2', 'x', '1x', '-', '99999999999', '\x0b1'];
const RECORDINGS = ['name', 'sub/name', 'UDP:127.0.0.1:5000', 'tcp:127.0.0.1:5000'];
const COPY_TARGETS = [
  'udp:127.0.0.1:5000',
  'udp:127.0.0.1',
  'udp:127.0.0.1:0',
  'udp:x.invalid:5000',
  'udp:127.0.0.1:65535',
];

function isBeforeSubCommands(_token: string, index: number, tokens: readonly string[]): boolean {
  return !tokens.slice(0, index + 1).includes('&&');
}

/** Makes commands that look like those of a controller, or nearly. The same seed gives the same commands. */
export class CommandGenerator {
  readonly #random: Random;
  readonly #options: GeneratorOptions;
  readonly #calls: string[] = [];
  /** Those that may be repeated. */
  readonly #latest = new Map<number, TestCommand>();
  #serial = 0;
  #number = 0;

  constructor(seed: number, options: GeneratorOptions) {
    this.#random = new Random(seed);
    this.#options = options;
    for (let call = 0; call < CALLS; call += 1) this.#calls.push(this.#newCall());
  }

  next(): TestCommand {
    const number = this.#number++;
    const earlier = this.#options.datagrams && this.#random.oneIn(60) ? this.#earlier(number) : undefined;
    const command = earlier ? { ...earlier, number, repeats: earlier.repeats ?? earlier.number } : this.#make(number);
    if (!command.bare) this.#latest.set(number, command);
    this.#latest.delete(number - LAST_REPEATED);
    return command;
  }

  #make(number: number): TestCommand {
    const random = this.#random;
    if (random.oneIn(100)) {
      const body = this.#line(random.pick(BARE));
      return { number, body, bare: true, repeats: undefined, cookieLength: 0, callId: undefined };
    }
    if (random.oneIn(25)) this.#calls[random.below(CALLS)] = this.#newCall();
    const callId = random.pick(this.#calls);
    const isLong = this.#options.datagrams && random.oneIn(40);
    const tokens = isLong ? this.#longReply(callId) : this.#command(callId);
    if (!isLong && random.oneIn(8)) damage(random, tokens);
    const body =
      ' ' +
      join(random, tokens) +
      random.weighted([
        [10, ''],
        [3, '\n'],
        [1, '\r\n'],
        [1, ' '],
      ]);
    return {
      number,
      // A wrong byte may make an X of another command.
      body: this.#options.deleteAll || !/^[ \t\r\n]*x[ \t\r\n]*$/i.test(body) ? this.#line(body) : ' ',
      bare: false,
      repeats: undefined,
      cookieLength: isLong ? random.between(...LONG_COOKIE) : 0,
      callId: tokens.includes(callId) ? callId : undefined,
    };
  }

  /** Undefined when the one that was picked had no cookie. */
  #earlier(number: number): TestCommand | undefined {
    return this.#latest.get(number - this.#random.between(1, LAST_REPEATED));
  }

  #line(body: string): string {
    return this.#options.datagrams ? body : body.replaceAll('\n', '\r');
  }

  /** A command whose reply may be too long for a long cookie. */
  #longReply(call: string): string[] {
    const random = this.#random;
    return random.weighted<() => string[]>([
      [1, () => [letter(random, 'I') + random.pick(['', 'b', 'l'])]],
      [1, () => this.#stats()],
      [1, () => this.#query(call).filter(isBeforeSubCommands)],
    ])();
  }

  #newCall(): string {
    this.#serial += 1;
    return words.callId(this.#random, this.#serial);
  }

  #command(call: string): string[] {
    const random = this.#random;
    const make = random.weighted<(call: string) => string[]>([
      [30, (id) => this.#update(id)],
      [18, (id) => this.#lookup(id)],
      [9, (id) => this.#delete(id)],
      [9, (id) => this.#query(id)],
      [3, (id) => this.#play(id)],
      [2, (id) => [letter(random, 'S') + this.#unless(''), id, ...this.#tags()]],
      [2, (id) => [letter(random, 'R') + random.pick(['', 's', 'S', 'ss', 'p', 'x', 'sp']), id, ...this.#tags()]],
      [2, (id) => this.#copy(id)],
      [2, (id) => [letter(random, 'N') + random.pick(['', 'a', 'A', 'aa', 'ax', 'x']), id, ...this.#tags()]],
      [4, () => this.#stats()],
      [2, () => [letter(random, 'I') + random.pick(['', 'b', 'l', 'bl', 'L', 'x', 'll'])]],
      [1, () => [letter(random, 'V') + this.#unless('')]],
      [2, () => [letter(random, 'VF') + this.#unless(''), words.date(random)]],
      [1, () => this.#other()],
    ]);
    return make(call);
  }

  #update(call: string): string[] {
    const random = this.#random;
    const { modifiers, peer } = mediaArguments(random, this.#options.bridge);
    const notify = random.oneIn(this.#options.notify ? 4 : 30) ? words.notifyArguments(random) : [];
    return [letter(random, 'U') + modifiers, call, ...peer, ...this.#tags(), ...notify, ...this.#subCommands(3)];
  }

  #lookup(call: string): string[] {
    const random = this.#random;
    const { modifiers, peer } = mediaArguments(random, this.#options.bridge);
    return [letter(random, 'L') + modifiers, call, ...peer, ...this.#tags(), ...this.#subCommands(5)];
  }

  #delete(call: string): string[] {
    const random = this.#random;
    const modifiers = random.weighted([
      [12, ''],
      [6, 'w'],
      [1, 'W'],
      [1, 'ww'],
      [1, 'x'],
      [1, 'elete'],
      [1, 'w\xe9'],
    ]);
    return [letter(random, 'D') + modifiers, call, ...this.#tags(), ...(random.oneIn(40) ? this.#subCommands(1) : [])];
  }

  #query(call: string): string[] {
    const random = this.#random;
    const modifiers = random.weighted([
      [6, ''],
      [6, 'v'],
      [1, 'V'],
      [1, 'vv'],
      [1, 'x'],
      [1, 'vx'],
      [1, '\n'],
    ]);
    const names = random.oneIn(3) ? random.times(random.between(1, 12), () => words.queryName(random)) : [];
    return [letter(random, 'Q') + modifiers, call, ...this.#tags(), ...names, ...this.#subCommands(4)];
  }

  #play(call: string): string[] {
    const random = this.#random;
    const prompt = random.pick(PROMPTS);
    const codecs = random.pick(CODECS);
    return [letter(random, 'P') + random.pick(COUNTS), call, prompt, codecs, ...this.#tags()];
  }

  #copy(call: string): string[] {
    const random = this.#random;
    const modifiers = random.pick(['', 's', 'S', 'p', 'sp', 'x']);
    const target = random.pick([...RECORDINGS, ...COPY_TARGETS]);
    return [letter(random, 'C') + modifiers, call, target, ...this.#tags()];
  }

  #stats(): string[] {
    const random = this.#random;
    const modifiers = random.weighted([
      [6, ''],
      [6, 'v'],
      [1, 'V'],
      [1, 'vv'],
      [1, 'x'],
    ]);
    const count = random.oneIn(10) ? random.between(15, 24) : random.below(6);
    return [letter(random, 'G') + modifiers, ...random.times(count, () => words.statsName(random))];
  }

  #other(): string[] {
    const random = this.#random;
    if (this.#options.deleteAll && random.oneIn(3)) return [letter(random, 'X') + this.#unless('')];
    return [
      random.pick(['?', 'Y', 'é', '\x01', '0', 'W', 'E5', 'M3:1', '\xff']),
      ...random.times(random.below(5), () => 'x'),
    ];
  }

  /** From-tag and to-tag, or the from-tag alone. */
  #tags(): string[] {
    const first = words.tag(this.#random);
    return this.#random.oneIn(4) ? [first] : [first, words.tag(this.#random)];
  }

  /** Once in so many times a chain of sub-commands, with the `&&` that introduce them. */
  #subCommands(times: number): string[] {
    const random = this.#random;
    if (!random.oneIn(times)) return [];
    const count = random.weighted([
      [6, 1],
      [4, 2],
      [2, 3],
      [1, 6],
    ]);
    return random.times(count, () => ['&&', ...subCommand(random, this.#options.bridge, () => this.#partner())]).flat();
  }

  /** A source for `&& C`. */
  #partner(): string[] {
    const random = this.#random;
    return [random.oneIn(4) ? 'nowhere' : random.pick(this.#calls), words.tag(random), words.tag(random)];
  }

  /** Rarely something after a command that takes no modifiers. */
  #unless(text: string): string {
    return this.#random.oneIn(8) ? this.#random.pick(['x', 'F', '0', '\xe9']) : text;
  }
}
