import { DEFAULT_QUERY_NAMES, type DefaultQueryName, type QueryName, type StatsName } from '../protocol/statistics.ts';
import { integer, token, wholeCommand } from './arguments.ts';
import { RtpproxyError } from './errors.ts';
import { formatCopy, formatLookup, formatPlay, formatSubCommands, formatUpdate, sessionCommand } from './format.ts';
import {
  errorCode,
  type Info,
  type Leg,
  parseDone,
  parseFlag,
  parseInfo,
  parseLeg,
  parseResults,
  parseValues,
  parseVersion,
  type SubCommandResult,
  splitChain,
} from './reply.ts';
import type {
  CopyRequest,
  DeleteRequest,
  LookupRequest,
  PlayRequest,
  QueryRequest,
  RecordRequest,
  SessionRef,
  StopRecordRequest,
  SubCommandRequest,
  UpdateRequest,
} from './requests.ts';
import { StreamTransport } from './stream.ts';
import { parseTarget } from './target.ts';
import { closedError, Exchange, type Transport } from './transport.ts';
import { UdpTransport } from './udp.ts';
import { UnixTransport } from './unix.ts';

const DEFAULT_TIMEOUT_MS = 3000;
const DEFAULT_RETRANSMIT_MS = 250;
const MAX_TIMER_MS = 0x7fff_ffff;

export interface ClientOptions {
  /** Milliseconds until a command without a reply fails; default 3000. */
  readonly timeoutMs?: number | undefined;
  /** UDP: milliseconds until a command is sent again, twice as long each further time; default 250. */
  readonly retransmitMs?: number | undefined;
  /** UDP: a command that nobody listens for fails at once, not after `timeoutMs`; default false. */
  readonly failWhenRefused?: boolean | undefined;
}

export interface CommandOptions {
  /** Instead of the client's. */
  readonly timeoutMs?: number | undefined;
  /** Gives the command up: it rejects with the signal's reason. The daemon may still execute it. */
  readonly signal?: AbortSignal | undefined;
}

/** The port of a leg, and what became of the sub-commands in their order. */
export interface MediaReply extends Leg {
  readonly results: readonly SubCommandResult[];
}

export interface QueryReply<Name extends string> {
  readonly values: Readonly<Record<Name, number>>;
  readonly results: readonly SubCommandResult[];
}

/**
 * Speaks the control protocol with a daemon. Every method sends one command and rejects with
 * - `RtpproxyError` if the daemon refuses it, `RtpproxyReplyError` if the reply makes no sense,
 * - `RtpproxyTimeoutError` or `RtpproxyConnectionError` if there is no reply,
 * - `TypeError` or `RangeError`, and nothing is sent, if an argument cannot be sent.
 *
 * It connects when it has something to send. An idle client does not keep the process running.
 */
export class RtpproxyClient {
  readonly #transport: Transport;
  readonly #timeoutMs: number;
  #closed = false;

  /**
   * `target`: a control socket as in the daemon's `-s`: `udp:`, `udp6:`, `tcp:`, `tcp6:`, `unix:`, `cunix:` or a path.
   *
   * @throws TypeError, RangeError
   */
  constructor(target: string, options: ClientOptions = {}) {
    this.#timeoutMs = milliseconds('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#transport = openTransport(
      target,
      milliseconds('retransmitMs', options.retransmitMs ?? DEFAULT_RETRANSMIT_MS),
      options.failWhenRefused !== true,
    );
  }

  /** V: the version of the base protocol. */
  async version(options?: CommandOptions): Promise<string> {
    return parseVersion(await this.#send('V', options));
  }

  /** VF: whether the daemon has the feature of that date, such as `20081102`. */
  async feature(date: string, options?: CommandOptions): Promise<boolean> {
    return parseFlag(await this.#send(`VF ${token('date', date)}`, options));
  }

  /** U: creates a session, or updates one; the port is for the party that the host and port do not belong to. */
  async update(request: UpdateRequest, options?: CommandOptions): Promise<MediaReply> {
    const { sub = [] } = request;
    return mediaReply(await this.#send(formatUpdate(request) + formatSubCommands(sub), options), sub);
  }

  /** L: the port of the other leg; undefined if there is no such session. */
  async lookup(request: LookupRequest, options?: CommandOptions): Promise<MediaReply | undefined> {
    const { sub = [] } = request;
    const reply = await this.#send(formatLookup(request) + formatSubCommands(sub), options);
    return reply === '0' ? undefined : mediaReply(reply, sub);
  }

  /** D: deletes the sessions of that Call-ID and tag. */
  async delete(request: DeleteRequest, options?: CommandOptions): Promise<void> {
    await this.#order(sessionCommand(request.weak === true ? 'Dw' : 'D', request), options);
  }

  /** X: deletes all sessions. */
  async deleteAll(options?: CommandOptions): Promise<void> {
    await this.#order('X', options);
  }

  /** P: plays a prompt to the party. */
  async play(request: PlayRequest, options?: CommandOptions): Promise<void> {
    await this.#order(formatPlay(request), options);
  }

  /** S: stops playing to the party. */
  async stopPlay(session: SessionRef, options?: CommandOptions): Promise<void> {
    await this.#order(sessionCommand('S', session), options);
  }

  /** R: records what comes from the party. */
  async record(request: RecordRequest, options?: CommandOptions): Promise<void> {
    await this.#order(sessionCommand(request.singleFile === true ? 'Rs' : 'R', request), options);
  }

  /** N: stops recording and copying what comes from the party. */
  async stopRecord(request: StopRecordRequest, options?: CommandOptions): Promise<void> {
    await this.#order(sessionCommand(request.bothLegs === true ? 'Na' : 'N', request), options);
  }

  /** C: copies what comes from the party to a file or a host. With `reportPort` it tells the port the copy comes from. */
  async copy(request: CopyRequest & { readonly reportPort: true }, options?: CommandOptions): Promise<Leg>;
  async copy(request: CopyRequest, options?: CommandOptions): Promise<Leg | undefined>;
  async copy(request: CopyRequest, options?: CommandOptions): Promise<Leg | undefined> {
    const reply = await this.#send(formatCopy(request), options);
    if (request.reportPort === true) return parseLeg(reply);
    parseDone(reply);
    return undefined;
  }

  /** Q: figures of a session as the party sees it; with names a to-tag is needed. */
  async query(
    request: QueryRequest,
    names?: undefined,
    options?: CommandOptions,
  ): Promise<QueryReply<DefaultQueryName>>;
  async query<Name extends QueryName>(
    request: QueryRequest & { readonly toTag: string },
    names: readonly Name[],
    options?: CommandOptions,
  ): Promise<QueryReply<Name>>;
  async query(
    request: QueryRequest,
    names: readonly QueryName[] = [],
    options?: CommandOptions,
  ): Promise<QueryReply<QueryName>> {
    if (names.length > 0 && request.toTag === undefined) throw new TypeError('names need a toTag');
    const { sub = [] } = request;
    const command = [sessionCommand('Q', request), ...names.map((name) => token('name', name))].join(' ');
    const { main, results } = splitChain(await this.#send(command + formatSubCommands(sub), options));
    const values = parseValues<QueryName>(main, names.length > 0 ? names : DEFAULT_QUERY_NAMES);
    return { values, results: parseResults(results, lookups(sub)) };
  }

  /** G: counters of the daemon. */
  async stats<Name extends StatsName>(
    names: readonly Name[],
    options?: CommandOptions,
  ): Promise<Readonly<Record<Name, number>>> {
    const command = ['G', ...names.map((name) => token('name', name))].join(' ');
    return parseValues(await this.#send(command, options), names);
  }

  /** I: a summary of the daemon; with `load` also its average load. */
  async info(options: CommandOptions & { readonly load?: boolean | undefined } = {}): Promise<Info> {
    return parseInfo(await this.#send(options.load === true ? 'Il' : 'I', options));
  }

  /** Sends a command as it is and returns the reply as it comes, `E` replies included, without the last LF. */
  async raw(command: string, options: CommandOptions = {}): Promise<string> {
    const text = wholeCommand(command);
    if (this.#closed) throw closedError();
    const { signal } = options;
    signal?.throwIfAborted();
    const timeoutMs = milliseconds('timeoutMs', options.timeoutMs ?? this.#timeoutMs);
    const exchange = new Exchange(text, { timeoutMs, signal });
    this.#transport.send(exchange);
    return exchange.reply;
  }

  /** Closes the sockets. Commands under way and later ones reject with code `ERR_RTPPROXY_CLOSED`. */
  close(): void {
    this.#closed = true;
    this.#transport.close();
  }

  /** The reply to a command that was not refused. */
  async #send(command: string, options: CommandOptions | undefined): Promise<string> {
    const reply = await this.raw(command, options);
    const code = errorCode(reply);
    if (code !== undefined) throw new RtpproxyError(code, command);
    return reply;
  }

  async #order(command: string, options: CommandOptions | undefined): Promise<void> {
    parseDone(await this.#send(command, options));
  }
}

function openTransport(text: string, retransmitMs: number, patient: boolean): Transport {
  const target = parseTarget(text);
  switch (target.kind) {
    case 'udp':
      return new UdpTransport(target, retransmitMs, patient);
    case 'unix':
      return new UnixTransport(target.path);
    default:
      return new StreamTransport(target);
  }
}

function milliseconds(name: string, value: number): number {
  return integer(name, value, 1, MAX_TIMER_MS);
}

function mediaReply(reply: string, sub: readonly SubCommandRequest[]): MediaReply {
  const { main, results } = splitChain(reply);
  return { ...parseLeg(main), results: parseResults(results, lookups(sub)) };
}

function lookups(sub: readonly SubCommandRequest[]): readonly boolean[] {
  return sub.map((request) => request.kind === 'lookup');
}
