import type { Peer } from '../control/transport.ts';
import type { Command } from '../protocol/command.ts';
import { PEER_IS_CONTROL_SOCKET, ProtocolError, protocolError } from '../protocol/errors.ts';
import type { ParseContext } from '../protocol/media-arguments.ts';
import { parseCommand } from '../protocol/parse.ts';
import { errorReply } from '../protocol/reply.ts';
import { type Tokens, tokenize } from '../protocol/tokenize.ts';
import type { Lookups } from '../session/lookups.ts';
import type { CommandContext, Outcome } from './context.ts';
import { copy } from './copy.ts';
import { deleteAll, deleteSession } from './delete.ts';
import { info } from './info.ts';
import { lookup } from './lookup.ts';
import { play, stopPlay } from './play.ts';
import { query } from './query.ts';
import { record, stopRecord } from './record.ts';
import { stats } from './stats.ts';
import { update } from './update.ts';
import { feature, version } from './version.ts';

const WHERE = 'command';

/**
 * Turns the bytes of a command into its reply; counts; never throws.
 *
 * A command that waits for a file or for DNS delays those with the same Call-ID behind it, so that each finds its call as the
 * ones before have left it. All others, X among them, go on; whoever has waited looks whether its session is still there.
 */
export class Dispatcher {
  readonly #context: CommandContext;
  readonly #parse: ParseContext;
  readonly #lookups: Lookups;
  /** The end of the last command that waits, or has to, by Call-ID. */
  readonly #waiting = new Map<string, Promise<unknown>>();

  constructor(context: CommandContext, parse: ParseContext, lookups: Lookups) {
    this.#context = context;
    this.#parse = parse;
    this.#lookups = lookups;
  }

  /**
   * `peer` sent the command; `room` is the longest reply in bytes, LF included. The reply is a promise when it needs a file or
   * DNS, or comes behind one that does; commands of other calls may run before it.
   */
  handle(bytes: Uint8Array, peer: Peer, room: number): string | Promise<string> {
    const { counters, logger } = this.#context;
    counters.add('ncmds_rcvd');
    if (logger.enabled('DBUG')) logger.log('DBUG', WHERE, `received command "${text(bytes)}"`);
    let outcome: Outcome | Promise<Outcome>;
    try {
      outcome = this.#execute(bytes, peer, room);
    } catch (error) {
      outcome = this.#failure(bytes, error);
    }
    if (!(outcome instanceof Promise)) return this.#reply(outcome);
    // The bytes are the transport's again once this has returned.
    const command = Uint8Array.from(bytes);
    return outcome.catch((error: unknown) => this.#failure(command, error)).then((late) => this.#reply(late));
  }

  /** A defect of ours. The client hears of a failure instead of nothing, and the operator finds the command. */
  #failure(bytes: Uint8Array, error: unknown): Outcome {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#context.logger.log('CRIT', WHERE, `internal error in command "${text(bytes)}": ${trace}`);
    return protocolError('internal');
  }

  #reply(outcome: Outcome): string {
    const { counters, logger } = this.#context;
    const reply = replyText(outcome);
    counters.add(typeof outcome === 'string' ? 'ncmds_succd' : 'ncmds_errs');
    counters.add('ncmds_repld');
    if (logger.enabled('DBUG')) logger.log('DBUG', WHERE, `sending reply "${reply}"`);
    return reply;
  }

  #execute(bytes: Uint8Array, peer: Peer, room: number): Outcome | Promise<Outcome> {
    const tokens = tokenize(bytes);
    if (tokens instanceof ProtocolError) return tokens;
    const command = this.#lookups.resolve(parseCommand(tokens, this.#parse));
    if (command instanceof ProtocolError) {
      if (command === PEER_IS_CONTROL_SOCKET) this.#warnOfControlSocket(tokens);
      return command;
    }
    const context = this.#context;
    const before = this.#waiting.size > 0 && 'callId' in command ? this.#waiting.get(command.callId) : undefined;
    const outcome =
      before === undefined ? run(command, context, peer, room) : before.then(() => run(command, context, peer, room));
    if (outcome instanceof Promise && 'callId' in command) this.#wait(command.callId, outcome);
    return outcome;
  }

  /** A party that can name it could give commands to the daemon, by way of its own calls. */
  #warnOfControlSocket({ main: [verb, callId, host, port] }: Tokens): void {
    const text = `"${verb} ... ${host} ${port}" is refused (E37): the address of a party is a control socket of this daemon`;
    this.#context.logger.log('WARN', WHERE, text, callId);
  }

  #wait(callId: string, outcome: Promise<Outcome>): void {
    const end = (): void => {
      if (this.#waiting.get(callId) === ended) this.#waiting.delete(callId);
    };
    const ended: Promise<void> = outcome.then(end, end);
    this.#waiting.set(callId, ended);
  }
}

function run(command: Command, context: CommandContext, peer: Peer, room: number): Outcome | Promise<Outcome> {
  switch (command.verb) {
    case 'update':
      return update(command, context, peer, room);
    case 'lookup':
      return lookup(command, context, room);
    case 'delete':
      return deleteSession(command, context);
    case 'query':
      return query(command, context, room);
    case 'version':
      return version();
    case 'feature':
      return feature(command, context);
    case 'info':
      return info(command, context, room);
    case 'stats':
      return stats(command, context, room);
    case 'delete-all':
      return deleteAll(context);
    case 'play':
      return play(command, context);
    case 'stop-play':
      return stopPlay(command, context);
    case 'record':
      return record(command, context);
    case 'stop-record':
      return stopRecord(command, context);
    case 'copy':
      return copy(command, context, room);
  }
}

function replyText(outcome: Outcome): string {
  if (typeof outcome === 'string') return outcome;
  return outcome instanceof ProtocolError ? errorReply(outcome.code) : outcome.refusal;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
