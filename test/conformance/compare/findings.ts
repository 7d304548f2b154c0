import { show } from '../report.ts';
import type { Configuration } from './configurations.ts';
import type { TestCommand } from './generator.ts';
import type { Step } from './known.ts';
import type { Answers } from './pair.ts';

export interface Finding {
  readonly configuration: Configuration;
  /** Of the episode's generator. */
  readonly seed: number;
  readonly command: TestCommand;
  readonly answers: Answers;
  /** How a daemon ended that no longer runs. */
  readonly ended: string | undefined;
  /** The shortest history that shows the difference, the command itself last; undefined: not searched or not found. */
  readonly shortest: readonly TestCommand[] | undefined;
}

/** Differences, by class: same verb, replies of the same shape. */
export class Findings {
  readonly #classes = new Map<string, Finding[]>();
  readonly #known = new Map<string, { count: number; readonly example: Step }>();
  readonly #replies = new Map<string, number>();
  #commands = 0;
  #total = 0;

  /** Notes that a command was sent. */
  count({ reference }: Answers): void {
    this.#commands += 1;
    const kind = kindOf(reference);
    this.#replies.set(kind, (this.#replies.get(kind) ?? 0) + 1);
  }

  get commands(): number {
    return this.#commands;
  }

  /** Differences that are not known ones. */
  get total(): number {
    return this.#total;
  }

  isNew(configuration: Configuration, command: TestCommand, answers: Answers): boolean {
    return !this.#classes.has(className(configuration, command, answers));
  }

  add(finding: Finding): void {
    this.#total += 1;
    const name = className(finding.configuration, finding.command, finding.answers);
    const list = this.#classes.get(name);
    if (list === undefined) this.#classes.set(name, [finding]);
    else list.push(finding);
  }

  addKnown(name: string, step: Step): void {
    const entry = this.#known.get(name);
    if (entry === undefined) this.#known.set(name, { count: 1, example: step });
    else entry.count += 1;
  }

  /** Each class with its first example. */
  lines(): string[] {
    const lines: string[] = [];
    for (const [name, list] of this.#classes) {
      const [example] = list;
      if (example === undefined) continue;
      lines.push(`== ${name}: ${list.length} times`, ...describe(example));
    }
    for (const [name, { count, example }] of this.#known) {
      const { command, answers } = example;
      lines.push(
        `known: ${name}: ${count} times, first ${show(command.body.trim())}: ${shape(answers.reference)} | ${shape(answers.ours)}`,
      );
    }
    const replies = [...this.#replies].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`);
    lines.push(`replies of the reference: ${replies.join(', ')}`);
    return [...lines, `${this.#commands} commands, ${this.#total} differences in ${this.#classes.size} classes`];
  }
}

const COOKIE = /^(cmp\.\d+\.*|-) /;
/** A longer history was not shortened to its end. */
const MOST_SHOWN = 20;

function describe({ seed, command, answers, ended, shortest }: Finding): string[] {
  const history = shortest ?? [command];
  return [
    `   episode ${seed}, command ${command.number}${shortest === undefined ? ', history not reproduced' : ''}`,
    ...(history.length > MOST_SHOWN ? [`   > ${history.length - MOST_SHOWN} commands more`] : []),
    ...history
      .slice(-MOST_SHOWN)
      .map((one) => `   > ${one.repeats === undefined ? '' : `(cookie of ${one.repeats}) `}${show(one.body)}`),
    `   reference ${show(answers.reference)}`,
    `   ours      ${show(answers.ours)}`,
    ...(ended === undefined ? [] : [`   ended: ${ended}`]),
  ];
}

/** Coarse, to see what the commands have reached. */
function kindOf(reply: string | undefined): string {
  const text = reply?.replace(COOKIE, '').trimEnd() ?? 'nothing';
  if (/^(E\d+|0|1|nothing|)$/.test(text)) return text === '' ? 'empty' : text;
  if (/^[1-9]\d{3,4}\b/.test(text)) return text.includes('&&') ? 'ports and results' : 'port';
  return text.includes('\n') ? 'lines' : 'values';
}

function className(configuration: Configuration, command: TestCommand, answers: Answers): string {
  const verb = /[^ \t\r\n]?/.exec(command.body.trimStart())?.[0].toUpperCase();
  return `${configuration.name} ${show(verb)} ${shape(answers.reference)} | ${shape(answers.ours)}`;
}

/** The reply without its cookie and with its numbers made equal, error codes excepted. */
function shape(reply: string | undefined): string {
  if (reply === undefined) return 'nothing';
  const text = reply.replace(COOKIE, '').replaceAll(/(?<![E\d.])\d+(\.\d+)*/g, '#');
  return text.trimEnd().slice(0, 60);
}
