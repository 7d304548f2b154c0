import { performance } from 'node:perf_hooks';
import type { SessionFigures } from '../addon/contract.ts';
import type { Logger } from '../log/log.ts';
import type { SessionObserver } from '../session/observers.ts';
import type { Session } from '../session/session.ts';
import type { Counters } from './counters.ts';
import { reportSession } from './session-report.ts';

/** Counts the turns in sessions' lives and writes each session's closing report. */
export class SessionMetrics implements Omit<SessionObserver, 'signalled'> {
  readonly #counters: Counters;
  readonly #logger: Logger;

  constructor(counters: Counters, logger: Logger) {
    this.#counters = counters;
    this.#logger = logger;
  }

  created(): void {
    this.#counters.add('nsess_created');
  }

  completed(): void {
    this.#counters.add('nsess_complete');
  }

  removed(session: Session, timedOut: boolean): void {
    this.#counters.add('nsess_destroyed');
    if (timedOut) this.#counters.add('nsess_timeout');
    this.#counters.add('total_duration', (performance.now() - session.createdAt) / 1000);
  }

  retired(session: Session, figures: SessionFigures): void {
    for (const leg of figures.legs) {
      this.#counters.add('rtpa_nsent', leg.sent);
      this.#counters.add('rtpa_nrcvd', leg.received);
      this.#counters.add('rtpa_ndups', leg.duplicates);
      this.#counters.add('rtpa_nlost', leg.sent - leg.received);
      this.#counters.add('rtpa_perrs', leg.parseErrors);
    }
    if (session.complete) this.#countSilence(figures);
    reportSession(this.#logger, session, figures);
  }

  /** Complete sessions without packets, or with packets from one side only (media.md 5.4). */
  #countSilence(figures: SessionFigures): void {
    const rtp = figures.legs.filter((leg) => leg.rtp.received > 0).length;
    const rtcp = figures.legs.filter((leg) => leg.rtcp.received > 0).length;
    if (rtp === 0) this.#counters.add('nsess_nortp');
    if (rtp === 1) this.#counters.add('nsess_owrtp');
    if (rtcp === 0) this.#counters.add('nsess_nortcp');
    if (rtcp === 1) this.#counters.add('nsess_owrtcp');
  }
}
