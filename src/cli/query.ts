import type { Readable, Writable } from 'node:stream';
import { RtpproxyClient } from '../client/client.ts';
import { RtpproxyTimeoutError } from '../client/errors.ts';
import { errorCode } from '../client/reply.ts';
import { explainError, explainReply, explainWords } from './query-advice.ts';
import { type Answer, answerJson } from './query-answer.ts';
import { commandsOf } from './query-input.ts';
import { parseQueryOptions, QUERY_USAGE, QueryHelp, type QueryOptions, QueryUsageError } from './query-options.ts';
import { OutputClosed, QueryOutput } from './query-output.ts';
import { answers } from './query-pipeline.ts';
import { watch } from './query-watch.ts';

/** What `rtpp-query` needs from the process that it runs in. */
export interface QueryHost {
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Stdout is a terminal. */
  readonly terminal: boolean;
  err(text: string): void;
  /** Aborted when the user wants it to end; from now on signals do nothing else. */
  interrupted(): AbortSignal;
}

/** A command was answered with an error. */
const REFUSED = 4;
/** As a shell has it for a program that SIGPIPE ended. */
const OUTPUT_CLOSED = 141;

/**
 * The `rtpp-query` command: sends commands and writes each reply on lines of its own. Exit codes are those of
 * `rtpp_query.py`: 0, 1 for a failure, 2 for a command without a reply, 3 when the time is over; with --batch also 4.
 */
export async function runQuery(args: readonly string[], host: QueryHost): Promise<number> {
  let signal: AbortSignal | undefined;
  try {
    const options = parseQueryOptions(args);
    if (options.timeoutMs !== undefined) signal = AbortSignal.timeout(options.timeoutMs);
    return await new Query(options, host, signal).run();
  } catch (error) {
    if (error instanceof QueryHelp) {
      host.stdout.write(QUERY_USAGE);
      return 0;
    }
    if (error instanceof OutputClosed) return OUTPUT_CLOSED;
    if (signal?.aborted === true) return 3;
    host.err(`rtpp-query: ${explainError(error)}\n`);
    if (error instanceof QueryUsageError) host.err(QUERY_USAGE);
    return error instanceof RtpproxyTimeoutError ? 2 : 1;
  }
}

class Query {
  readonly #options: QueryOptions;
  readonly #host: QueryHost;
  readonly #signal: AbortSignal | undefined;
  readonly #client: RtpproxyClient;
  readonly #output: QueryOutput;
  readonly #explained = new Set<string>();
  #refused = false;

  constructor(options: QueryOptions, host: QueryHost, signal: AbortSignal | undefined) {
    this.#options = options;
    this.#host = host;
    this.#signal = signal;
    this.#client = new RtpproxyClient(options.socket, { failWhenRefused: true, timeoutMs: options.replyMs });
    this.#output = new QueryOutput(options.output, host.stdout, signal);
  }

  /** The exit code. */
  async run(): Promise<number> {
    const { checkVersion, batch, watchMs } = this.#options;
    try {
      await this.#output.opened();
      if (checkVersion) await this.#client.version({ signal: this.#signal });
      if (watchMs === undefined) await this.#once();
      else await this.#again(watchMs);
      await this.#output.end();
    } finally {
      this.#client.close();
    }
    return batch && this.#refused ? REFUSED : 0;
  }

  async #once(): Promise<void> {
    const { json } = this.#options;
    for await (const answer of this.#ask(this.#signal)) {
      await this.#output.write(`${json ? answerJson(answer) : answer.reply}\n`);
      this.#look(answer);
    }
  }

  async #again(intervalMs: number): Promise<void> {
    const { json } = this.#options;
    const { terminal, err } = this.#host;
    const stop = this.#host.interrupted();
    // The time of -t is over: what waits between rounds ends, and then the program as without --watch.
    const signal = this.#signal === undefined ? stop : AbortSignal.any([stop, this.#signal]);
    const redraws = terminal && this.#options.output === '-' && !json;
    await watch({
      ...{ intervalMs, redraws, headed: !json, signal, err },
      round: () => this.#round(signal),
      write: (text) => this.#output.write(text),
    });
    this.#signal?.throwIfAborted();
  }

  async #round(signal: AbortSignal): Promise<string> {
    const { json } = this.#options;
    let text = '';
    for await (const answer of this.#ask(signal)) {
      text += `${json ? answerJson(answer, new Date().toISOString()) : answer.reply}\n`;
      this.#look(answer);
    }
    return text;
  }

  #ask(signal: AbortSignal | undefined): AsyncGenerator<Answer, void, void> {
    const { input, batch, commands, width } = this.#options;
    const source = commandsOf({ input, comments: batch, commands }, this.#host.stdin, signal);
    return answers(this.#client, source, width, { signal });
  }

  #look({ command, reply }: Answer): void {
    if (errorCode(reply) === undefined) return;
    this.#refused = true;
    for (const text of [explainReply(reply, command), explainWords(reply, this.#options.commands)]) {
      if (text === undefined || this.#explained.has(text)) continue;
      this.#explained.add(text);
      this.#host.err(`rtpp-query: ${text}\n`);
    }
  }
}
