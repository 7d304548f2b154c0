import type { SessionFigures, Way } from '../addon/contract.ts';
import type { EngineListener } from '../addon/engine.ts';
import type { EngineEvent } from '../addon/events.ts';
import type { SessionHandle } from '../addon/types.ts';
import type { Logger } from '../log/log.ts';
import { formatSsrc } from '../log/ssrc.ts';
import { errnoText } from '../log/strerror.ts';
import { DENIED, IGNORED } from './reasons.ts';
import { LEG_ACTORS, type Session } from './session.ts';
import type { Sessions } from './sessions.ts';

const WHERE = 'media';

/** What does not happen because an address is denied. */
const WAYS: Readonly<Record<Way, string>> = {
  sent: 'nothing is sent to',
  received: 'nothing is taken from',
  copied: 'nothing is copied to',
};

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
    if (session === undefined || (session.ended && event.kind !== 'leftOut')) return;
    if (event.kind === 'timeout') this.#timeout(session);
    else if (event.kind === 'attachFailed') {
      this.#logger.log('ERR', WHERE, `media port is deaf: ${errnoText(event.value)}`, session.callId);
    } else if (event.kind === 'refused') this.#logger.log('WARN', WHERE, refusal(event), session.callId);
    else if (event.kind === 'denied' || event.kind === 'looped')
      this.#logger.log('WARN', WHERE, describe(event), session.callId);
    else this.#logger.log('INFO', WHERE, describe(event), session.callId);
  }

  retired(handle: SessionHandle, figures: SessionFigures): void {
    this.#sessions.retired(handle, figures);
  }

  #timeout(session: Session): void {
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
    case 'onHold':
      return `putting ${stream} on hold`;
    case 'offHold':
      return `taking ${stream} off-hold`;
    case 'filledIn':
      return `${actor}'s address filled in: ${address}`;
    case 'latched':
      return `${actor}'s address latched in: ${address}, ${source(event)}`;
    case 'relatched':
      return `${actor}'s address re-latched: ${address}, ${source(event)}`;
    case 'notLatched':
      return `${actor}'s address not latched (bad SSRC): ${address}, ${source(event)}`;
    case 'moved':
      return `${actor}'s address re-latched: ${address}, SSRC=${formatSsrc(event.ssrc ?? 0)}, Seq=${event.value}->${event.seq}`;
    case 'rtcpGuessed':
      return `guessing RTCP port for ${actor} to be ${event.port}`;
    case 'ssrcChanged':
      return `${stream}: SSRC changed from ${formatSsrc(event.value)} to ${formatSsrc(event.ssrc ?? 0)}/${event.seq}`;
    case 'ignored':
      return `${stream}: ignoring packets from ${event.address}, ${source(event)}: ${IGNORED[event.reason]}`;
    case 'taken':
      return `${stream}: ${event.address} found after ${event.packets} packets in ${event.value} ms (${event.rule})`;
    case 'leftOut':
      return `${stream}: ${event.value} more changes were left out`;
    case 'looped':
      return `${stream}: packets from ${event.address} come again and again, ${source(event)}: sessions of this daemon are each other's parties`;
    case 'denied':
      return `${stream}: ${WAYS[event.way]} ${event.address}: ${DENIED[event.denial]}`;
    case 'timeout':
    case 'attachFailed':
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
