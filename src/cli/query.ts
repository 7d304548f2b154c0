import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { addAbortSignal, type Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { RtpproxyClient } from '../client/client.ts';
import { RtpproxyTimeoutError } from '../client/errors.ts';
import { explainError, explainReply, explainWords } from './query-advice.ts';
import { parseQueryOptions, QUERY_USAGE, QueryHelp, type QueryOptions, QueryUsageError } from './query-options.ts';

/** What `rtpp-query` needs from the process that it runs in. */
export interface QueryHost {
  readonly stdin: Readable;
  readonly stdout: Writable;
  err(text: string): void;
}

/**
 * The `rtpp-query` command: sends commands one after the other and writes each reply on lines of its own. Exit codes are
 * those of `rtpp_query.py`: 0, 1 for a failure, 2 for a command without a reply, 3 when the time is over.
 */
export async function runQuery(args: readonly string[], host: QueryHost): Promise<number> {
  let signal: AbortSignal | undefined;
  try {
    const options = parseQueryOptions(args);
    if (options.timeoutMs !== undefined) signal = AbortSignal.timeout(options.timeoutMs);
    await converse(options, host, signal);
    return 0;
  } catch (error) {
    if (error instanceof QueryHelp) {
      host.stdout.write(QUERY_USAGE);
      return 0;
    }
    if (signal?.aborted === true) return 3;
    host.err(`rtpp-query: ${explainError(error)}\n`);
    if (error instanceof QueryUsageError) host.err(QUERY_USAGE);
    return error instanceof RtpproxyTimeoutError ? 2 : 1;
  }
}

async function converse(options: QueryOptions, host: QueryHost, signal: AbortSignal | undefined): Promise<void> {
  const client = new RtpproxyClient(options.socket, { failWhenRefused: true });
  const output: Writable = options.output === '-' ? host.stdout : createWriteStream(options.output);
  // A full disk or a reader that has gone away shows up when the next reply is written, or at the end.
  let writeError: Error | undefined;
  output.on('error', (error) => {
    writeError = error;
  });
  const explained = new Set<string>();
  const explain = (reply: string, command: string): void => {
    for (const text of [explainReply(reply, command), explainWords(reply, options.commands)]) {
      if (text === undefined || explained.has(text)) continue;
      explained.add(text);
      host.err(`rtpp-query: ${text}\n`);
    }
  };
  const write = async (reply: string): Promise<void> => {
    if (!output.write(`${reply}\n`, 'latin1')) await once(output, 'drain', { signal });
    if (writeError !== undefined) throw writeError;
  };
  try {
    if (options.output !== '-') await once(output, 'open', { signal });
    if (options.checkVersion) await client.version({ signal });
    for await (const command of commands(options, host, signal)) {
      const reply = await client.raw(command, { signal });
      await write(reply);
      explain(reply, command);
    }
    if (options.output !== '-') await finished(output.end(), { signal });
  } finally {
    client.close();
  }
}

async function* commands(
  options: QueryOptions,
  host: QueryHost,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, void> {
  if (options.input !== undefined) {
    const input = options.input === '-' ? host.stdin : createReadStream(options.input);
    if (signal !== undefined) addAbortSignal(signal, input);
    for await (const line of lines(input.setEncoding('latin1'))) if (line.trim() !== '') yield line;
  }
  // An operand is UTF-8, the protocol is bytes.
  for (const command of options.commands) yield Buffer.from(command).toString('latin1');
}

/** The lines of a text that arrives in parts, also a last one without LF. */
async function* lines(parts: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let rest = '';
  for await (const part of parts) {
    const complete = (rest + part).split('\n');
    rest = complete.pop() ?? '';
    yield* complete;
  }
  yield rest;
}
