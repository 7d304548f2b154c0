import { randomBytes } from 'node:crypto';

/** What a scenario's placeholders stand for, besides cookies and variables. */
export interface Surroundings {
  readonly directory: string;
  /** First port of the scenario's block. */
  readonly portBase: number | undefined;
  /** Ports of the media sockets. */
  readonly mediaPorts: ReadonlyMap<string, number>;
  /** `HOST:PORT` or path of the notification listeners, and the port of the TCP ones. */
  readonly listeners: ReadonlyMap<string, { readonly address: string; readonly port?: number }>;
}

const PLACEHOLDER = /\$\{(\w+)\}|\{(c|ck|rep|tmp|pbase|port|addr|lport)(?:[:+]([^{}]*))?\}/g;

/** Replaces the placeholders in a scenario's strings (protocol.md 12). Names that do not exist are thrown as errors. */
export class Substitution {
  /** Named groups of the replies so far. */
  readonly variables = new Map<string, string>();
  readonly #surroundings: Surroundings;
  readonly #labelled = new Map<string, string>();
  readonly #run = randomBytes(4).toString('hex');
  #cookies = 0;
  #cookie = this.#freshCookie();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Every step has a cookie of its own. */
  nextStep(): void {
    this.#cookie = this.#freshCookie();
  }

  text(template: string): string {
    return this.#replace(template, (value) => value);
  }

  /** The template is the source of a regular expression; the values in it match only themselves. */
  pattern(template: string): RegExp {
    return new RegExp(this.#replace(template, (value) => value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')));
  }

  #replace(template: string, quote: (value: string) => string): string {
    return template.replace(PLACEHOLDER, (_, variable?: string, kind?: string, argument?: string) =>
      quote(variable === undefined ? this.#value(kind, argument) : required(this.variables.get(variable), variable)),
    );
  }

  #value(kind: string | undefined, argument = ''): string {
    const { directory, portBase, mediaPorts, listeners } = this.#surroundings;
    switch (kind) {
      case 'c':
        return argument === '' ? this.#cookie : this.#labelledCookie(argument);
      case 'ck':
        return this.#cookie.padEnd(Number(argument), 'y').slice(0, Number(argument));
      case 'rep': {
        const [text = '', count] = argument.split(':');
        return text.repeat(Number(count));
      }
      case 'tmp':
        return directory;
      case 'pbase':
        return `${required(portBase, 'port_block') + Number(argument)}`;
      case 'port':
        return `${required(mediaPorts.get(argument), argument)}`;
      case 'addr':
        return required(listeners.get(argument), argument).address;
      default:
        return `${required(listeners.get(argument)?.port, argument)}`;
    }
  }

  #labelledCookie(label: string): string {
    const cookie = this.#labelled.get(label) ?? this.#freshCookie();
    this.#labelled.set(label, cookie);
    return cookie;
  }

  #freshCookie(): string {
    this.#cookies += 1;
    return `${this.#run}_${this.#cookies}`;
  }
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the scenario has no ${name} here`);
  return value;
}
