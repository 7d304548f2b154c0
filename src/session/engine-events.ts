import { deniedBecause, deniedWay } from '../addon/access.ts';
import type { EngineListener } from '../addon/engine.ts';
import { errnoText } from '../addon/errors.ts';
import { type EngineEvent, formatSsrc } from '../addon/events.ts';
import { ignoredBecause, latchRule } from '../addon/latch.ts';
import type { SessionStats } from '../addon/stats-types.ts';
import type { Logger } from '../log/log.ts';
import { LEG_ACTORS, type Session } from './session.ts';
import type { Sessions } from './sessions.ts';

const WHERE = 'media';

/** What the relay workers report: ends sessions that timed out, and writes the log lines of media.md section 8. */
export class EngineEvents implements EngineListener {
  readonly #sessions: Sessions;
  readonly #logger: Logger;
  readonly #onTimeout: (session: Session) => void;

  /** `onTimeout` hears of each session that has timed out, before it is removed. */
  constructor(sessions: Sessions, logger: Logger, onTimeout: (session: Session) => void) {
    this.#sessions = sessions;
    this.#logger = logger;
    this.#onTimeout = onTimeout;
  }

  event(event: EngineEvent): void {
    const session = this.#sessions.registry.byHandle(event.session) ?? this.#sessions.retiring(event.session);
    // The figures of a session that has just ended tell the rest of it.
    if (session === undefined || (session.ended && event.kind !== 'left-out')) return;
    if (event.kind === 'timeout') this.#timeout(session, event);
    else if (event.kind === 'attach-failed') {
      this.#logger.log('ERR', WHERE, `media port is deaf: ${errnoText(event.value)}`, session.callId);
    } else if (event.kind === 'refused') this.#logger.log('WARN', WHERE, refusal(event), session.callId);
    else if (event.kind === 'denied' || event.kind === 'looped')
      this.#logger.log('WARN', WHERE, describe(event), session.callId);
    else this.#logger.log('INFO', WHERE, describe(event), session.callId);
  }

  retired(handle: number, stats: SessionStats): void {
    this.#sessions.retired(handle, stats);
  }

  #timeout(session: Session, event: EngineEvent): void {
    // A command started the timer again after the worker had reported its end.
    if (event.value !== session.timerStarts) return;
    this.#logger.log('INFO', WHERE, 'session timeout', session.callId);
    this.#onTimeout(session);
    this.#sessions.remove(session, true);
  }
}

function describe(event: EngineEvent): string {
  const actor = LEG_ACTORS[event.leg];
  const stream = `${actor}'s ${event.channel} stream`;
  const address = `${event.address} (${event.channel})`;
  switch (event.kind) {
    case 'prefilled':
      return `pre-filling ${actor}'s ${event.channel} address with ${event.address}`;
    case 'on-hold':
      return `putting ${stream} on hold`;
    case 'off-hold':
      return `taking ${stream} off-hold`;
    case 'filled-in':
      return `${actor}'s address filled in: ${address}`;
    case 'latched':
      return `${actor}'s address latched in: ${address}, ${source(event)}`;
    case 're-latched':
      return `${actor}'s address re-latched: ${address}, ${source(event)}`;
    case 'not-latched':
      return `${actor}'s address not latched (bad SSRC): ${address}, ${source(event)}`;
    case 'moved':
      return `${actor}'s address re-latched: ${address}, SSRC=${formatSsrc(event.ssrc ?? 0)}, Seq=${event.value}->${event.seq}`;
    case 'rtcp-guessed':
      return `guessing RTCP port for ${actor} to be ${event.port}`;
    case 'ssrc-changed':
      return `${stream}: SSRC changed from ${formatSsrc(event.value)} to ${formatSsrc(event.ssrc ?? 0)}/${event.seq}`;
    case 'ignored':
      return `${stream}: ignoring packets from ${event.address}, ${source(event)}: ${ignoredBecause(event.detail)}`;
    case 'taken':
      return `${stream}: ${event.address} found after ${event.count} packets in ${event.value} ms (${latchRule(event.detail)})`;
    case 'left-out':
      return `${stream}: ${event.value} more changes were left out`;
    case 'looped':
      return `${stream}: packets from ${event.address} come again and again, ${source(event)}: sessions of this daemon are each other's parties`;
    case 'denied':
      return `${stream}: ${deniedWay(event.count)} ${event.address}: ${deniedBecause(event.detail)}`;
    case 'timeout':
    case 'attach-failed':
    case 'refused':
      throw new TypeError(`${event.kind} is no informational event`);
  }
}

function refusal({ leg, channel, address, value }: EngineEvent): string {
  return `packets to ${LEG_ACTORS[leg]}'s ${channel} address ${address} cannot be sent: ${errnoText(value)}`;
}

function source(event: EngineEvent): string {
  if (event.ssrc !== undefined) return `SSRC=${formatSsrc(event.ssrc)}, Seq=${event.seq}`;
  return event.channel === 'RTCP' ? 'SSRC=UNKNOWN' : 'SSRC=INVALID';
}
