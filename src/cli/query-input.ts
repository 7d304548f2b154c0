import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';

/** Characters of a line; a longer one is no command of anybody. */
const LONGEST_LINE = 65_536;

/** Where commands come from. */
export interface CommandInput {
  /** A file, `-` for stdin; undefined: operands alone. */
  readonly input: string | undefined;
  /** Lines that begin with `#` are left out. */
  readonly comments: boolean;
  readonly commands: readonly string[];
}

/** The commands of a file or stdin, a line each, and then those of the command line. Empty lines are none. */
export async function* commandsOf(
  { input: file, comments, commands }: CommandInput,
  stdin: Readable,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, void> {
  if (file !== undefined) {
    const input = file === '-' ? stdin : createReadStream(file);
    if (signal !== undefined) addAbortSignal(signal, input);
    for await (const line of lines(input.setEncoding('latin1'))) {
      if (line.trim() !== '' && !(comments && /^\s*#/.test(line))) yield line;
    }
  }
  // An operand is UTF-8, the protocol is bytes.
  for (const command of commands) yield Buffer.from(command).toString('latin1');
}

/** The lines of a text that arrives in parts, also a last one without LF. */
async function* lines(parts: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let rest = '';
  for await (const part of parts) {
    const complete = (rest + part).split('\n');
    rest = complete.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new RangeError(`a line of the input is longer than ${LONGEST_LINE} bytes`);
    yield* complete;
  }
  yield rest;
}
