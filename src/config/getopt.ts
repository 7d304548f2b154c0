/** How an option takes its argument: never, always, or only when attached (`--name=value`). */
export type ArgumentKind = 'none' | 'required' | 'optional';

/** What the parser has to know about one option. */
export interface OptionShape {
  /** One character. */
  readonly short?: string;
  readonly long?: string;
  readonly argument: ArgumentKind;
}

/** One step of the command line: an option with its argument, or an operand. */
export type Step<T extends OptionShape> =
  | { readonly option: T; readonly value: string | undefined }
  | { readonly option: undefined; readonly value: string };

/** A command line that getopt_long(3) refuses; the message is glibc's, without the program name. */
export class GetoptError extends Error {}

/**
 * Walks a command line by the rules of GNU getopt_long: bundled short options, long options shortened to a unique prefix,
 * operands anywhere (unless `posixlyCorrect`), `--` as the end of options. It is lazy, so that a caller which stops at the
 * first problem never sees a later one.
 *
 * @throws GetoptError
 */
export function* getopt<T extends OptionShape>(
  args: readonly string[],
  table: readonly T[],
  posixlyCorrect: boolean,
): Generator<Step<T>, void, void> {
  const queue = args.values();
  for (const arg of queue) {
    if (arg === '--') {
      yield* operands(queue);
    } else if (arg.startsWith('--')) {
      yield longOption(arg.slice(2), table, queue);
    } else if (arg.startsWith('-') && arg !== '-') {
      yield* bundle(arg.slice(1), table, queue);
    } else {
      yield { option: undefined, value: arg };
      if (posixlyCorrect) yield* operands(queue);
    }
  }
}

function* operands(queue: Iterable<string>): Generator<{ option: undefined; value: string }, void, void> {
  for (const value of queue) yield { option: undefined, value };
}

/** The options behind one `-`; the first one that takes an argument takes the rest of the word, or the next word. */
function* bundle<T extends OptionShape>(
  letters: string,
  table: readonly T[],
  queue: Iterator<string>,
): Generator<Step<T>, void, void> {
  let rest = letters;
  while (rest !== '') {
    const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    rest = rest.slice(letter.length);
    const option = table.find((entry) => entry.short === letter);
    if (option === undefined) throw new GetoptError(`invalid option -- '${letter}'`);
    if (option.argument === 'none') {
      yield { option, value: undefined };
      continue;
    }
    let value: string | undefined = rest === '' ? undefined : rest;
    if (value === undefined && option.argument === 'required') {
      value = nextWord(queue, `option requires an argument -- '${letter}'`);
    }
    yield { option, value };
    return;
  }
}

function longOption<T extends OptionShape>(text: string, table: readonly T[], queue: Iterator<string>): Step<T> {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const option = findLong(name, text, table);
  if (option.argument === 'none' && value !== undefined) {
    throw new GetoptError(`option '--${option.long}' doesn't allow an argument`);
  }
  if (option.argument === 'required' && value === undefined) {
    return { option, value: nextWord(queue, `option '--${option.long}' requires an argument`) };
  }
  return { option, value };
}

function findLong<T extends OptionShape>(name: string, text: string, table: readonly T[]): T {
  const exact = table.find((entry) => entry.long === name);
  if (exact !== undefined) return exact;
  const candidates = table.filter((entry) => entry.long?.startsWith(name));
  const [first] = candidates;
  if (first === undefined) throw new GetoptError(`unrecognized option '--${text}'`);
  if (candidates.length > 1) {
    const names = candidates.map((entry) => ` '--${entry.long}'`).join('');
    throw new GetoptError(`option '--${text}' is ambiguous; possibilities:${names}`);
  }
  return first;
}

function nextWord(queue: Iterator<string>, complaint: string): string {
  const next = queue.next();
  if (next.done === true) throw new GetoptError(complaint);
  return next.value;
}
