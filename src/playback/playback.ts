import { randomBytes } from 'node:crypto';
import type { LegIndex, PlaySpec, SessionHandle } from '../addon/types.ts';
import type { Logger } from '../log/log.ts';
import { formatSsrc } from '../log/ssrc.ts';
import type { Session } from '../session/session.ts';
import { type Packetisation, packetisation, payloadTypes } from './codecs.ts';
import { type Prompt, type PromptStore, Prompts } from './prompts.ts';

/** What playback needs of the engine. */
export interface PlaybackEngine extends PromptStore {
  play(session: SessionHandle, leg: LegIndex, prompt: number, spec: PlaySpec, token: number): void;
  stopPlay(session: SessionHandle, leg: LegIndex): void;
  sync(): void;
}

/** What P asks for (media.md 7.1). */
export interface PlayRequest {
  /** Repetitions; negative: endless. */
  readonly count: number;
  /** Path of the prompt files without `.PT`, Latin-1 text of its bytes. */
  readonly prompt: string;
  readonly codecs: string;
  /** Wanted length of packets in ms. */
  readonly ptime: number | undefined;
}

/** Told of the turns in players' lives. */
export interface PlaybackCounters {
  add(name: 'nplrs_created' | 'nplrs_destroyed'): void;
}

interface Player {
  readonly session: Session;
  readonly leg: LegIndex;
  readonly prompt: Prompt;
  stopped: boolean;
}

/** Where prompts come from; `Prompts`. */
export type PromptSource = Pick<Prompts, 'acquire' | 'release'>;

interface FoundPrompt {
  readonly prompt: Prompt;
  readonly payloadType: number;
  readonly packets: Packetisation;
}

const WHERE = 'playback';

/** Plays prompts to the peers of legs, one at a time to each (media.md 7). */
export class Playback {
  readonly #engine: PlaybackEngine;
  readonly #prompts: PromptSource;
  readonly #counters: PlaybackCounters;
  readonly #logger: Logger;
  /** Every player that the engine has not reported as ended, by token. */
  readonly #players = new Map<number, Player>();
  /** What plays on the legs of a session. */
  readonly #current = new Map<Session, [Player | undefined, Player | undefined]>();
  #tokens = 0;
  /** Players that were told to stop. */
  #stopping = 0;

  constructor(
    engine: PlaybackEngine,
    counters: PlaybackCounters,
    logger: Logger,
    prompts: PromptSource = new Prompts(engine),
  ) {
    this.#engine = engine;
    this.#prompts = prompts;
    this.#counters = counters;
    this.#logger = logger;
  }

  /**
   * Plays to the peer of a leg once the prompt is read; the leg must have nothing playing till then. False: no codec of the
   * list has a prompt file, or the session has ended meanwhile.
   */
  async play(session: Session, leg: LegIndex, request: PlayRequest): Promise<boolean> {
    const found = await this.#find(request);
    if (session.ended) {
      if (found !== undefined) this.#prompts.release(found.prompt);
      return false;
    }
    if (found === undefined) {
      this.#log('ERR', session, `can't create player: there is no file ${request.prompt} for codecs ${request.codecs}`);
      return false;
    }
    const { prompt, payloadType, packets } = found;
    const random = randomBytes(10);
    const [ssrc, timestamp, sequence] = [random.readUInt32BE(0), random.readUInt32BE(4), random.readUInt16BE(8)];
    const token = ++this.#tokens;
    const spec = { payloadType, ...packets, count: request.count, ssrc, timestamp, sequence };
    this.#engine.play(session.handle, leg, prompt.id, spec, token);
    const player = { session, leg, prompt, stopped: false };
    this.#players.set(token, player);
    this.#legs(session)[leg] = player;
    this.#counters.add('nplrs_created');
    const what = `${request.count} times playing prompt ${request.prompt} codec ${payloadType}`;
    this.#log('INFO', session, `${what}: SSRC=${formatSsrc(ssrc)}, seq=${sequence}`);
    return true;
  }

  /** Ends what is played to the peer of a leg, if anything is. */
  stop(session: Session, leg: LegIndex): void {
    const player = this.#current.get(session)?.[leg];
    if (player === undefined) return;
    this.#log('INFO', session, `stopping player at port ${session.legs[leg].port ?? 0}`);
    this.#engine.stopPlay(session.handle, leg);
    player.stopped = true;
    this.#stopping++;
    this.#clear(player);
  }

  /** The engine reports the end of a player: stopped, `finished`, or gone with its session. */
  ended(token: number, finished: boolean): void {
    const player = this.#players.get(token);
    if (player === undefined) return;
    this.#players.delete(token);
    if (player.stopped) this.#stopping--;
    else this.#clear(player);
    this.#prompts.release(player.prompt);
    this.#counters.add('nplrs_destroyed');
    const { session, leg } = player;
    if (finished) this.#log('INFO', session, `player at port ${session.legs[leg].port ?? 0} has finished`);
  }

  /** Waits until every player that was stopped is counted. */
  sync(): void {
    if (this.#stopping > 0) this.#engine.sync();
  }

  /** The first codec of the list that has a file. */
  async #find(request: PlayRequest): Promise<FoundPrompt | undefined> {
    for (const payloadType of payloadTypes(request.codecs)) {
      const packets = packetisation(payloadType, request.ptime);
      const prompt = packets && (await this.#prompts.acquire(`${request.prompt}.${payloadType}`));
      if (packets !== undefined && prompt !== undefined) return { prompt, payloadType, packets };
    }
    return undefined;
  }

  #legs(session: Session): [Player | undefined, Player | undefined] {
    let legs = this.#current.get(session);
    if (legs === undefined) {
      legs = [undefined, undefined];
      this.#current.set(session, legs);
    }
    return legs;
  }

  #clear({ session, leg }: Player): void {
    const legs = this.#current.get(session);
    if (legs === undefined) return;
    legs[leg] = undefined;
    if (legs[0] === undefined && legs[1] === undefined) this.#current.delete(session);
  }

  #log(level: 'INFO' | 'ERR', session: Session, text: string): void {
    this.#logger.log(level, WHERE, text, session.callId);
  }
}
