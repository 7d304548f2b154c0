import { setTimeout as delay } from 'node:timers/promises';
import type { LegFigures, SessionFigures } from '../../addon/contract.ts';
import { peerText } from '../../addon/endpoint.ts';
import { sourceAddress } from '../../addon/host.ts';
import type { LegIndex } from '../../addon/types.ts';
import { hostOf, isAnyAddress, portOf } from '../../calls/scope.ts';
import type { Session } from '../../session/session.ts';
import type { EndedSession, ModuleServices } from '../module.ts';
import { HEP_TYPES, type HepPacket, type HepType } from './hep.ts';
import { qualityReport, type ReportedStream, type ReportType } from './quality-report.ts';
import { StreamMeter, type StreamQualities } from './stream-meter.ts';

/** Length of an interval, and how often it is looked for sessions whose interval is over, ms. */
const INTERVAL_MS = 5000;
const ROUND_MS = 1000;
/** Sessions whose figures are asked for at once: this wakes the relay workers. */
const SESSIONS_ASKED = 32;
const PAUSE_MS = 5;

/** Sends quality reports of all sessions: of each stream every 5 s in which something was sent, and at its end of the whole of it. */
export class QualityReports {
  readonly #services: ModuleServices;
  readonly #send: (packet: HepPacket) => void;
  readonly #sessions = new Map<Session, Reported>();
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | undefined;
  #closed = false;

  constructor(services: ModuleServices, send: (packet: HepPacket) => void) {
    this.#services = services;
    this.#send = send;
    this.#timer = setInterval(() => this.#begin(), ROUND_MS).unref();
  }

  created(session: Session): void {
    this.#sessions.set(session, {
      meters: [new StreamMeter(), new StreamMeter()],
      due: performance.now() + INTERVAL_MS,
    });
  }

  ended({ session, figures, endedAt }: Pick<EndedSession, 'session' | 'figures' | 'endedAt'>): void {
    const reported = this.#sessions.get(session);
    this.#sessions.delete(session);
    if (reported === undefined || !session.complete) return;
    this.#cut('HANGUP', session, reported, figures, endedAt);
    for (const leg of [0, 1] as const) {
      const whole = reported.meters[leg].whole(figures.legs[leg]);
      this.#report(HEP_TYPES.finalReport, 'FINAL', session, leg, figures.legs[leg], whole, endedAt);
    }
  }

  /** Waits for the round that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#round;
  }

  #begin(): void {
    this.#round ??= this.#observe().finally(() => {
      this.#round = undefined;
    });
  }

  async #observe(): Promise<void> {
    const now = performance.now();
    const due = [...this.#sessions.keys()].filter((session) => (this.#sessions.get(session)?.due ?? now) <= now);
    for (let from = 0; from < due.length && !this.#closed; from += SESSIONS_ASKED) {
      if (from > 0) await delay(PAUSE_MS);
      this.#cutSome(due.slice(from, from + SESSIONS_ASKED));
    }
  }

  #cutSome(sessions: readonly Session[]): void {
    const figures = this.#services.figures(sessions);
    const at = Date.now() / 1000;
    for (const [index, session] of sessions.entries()) {
      const [found, reported] = [figures[index], this.#sessions.get(session)];
      if (found === undefined || reported === undefined) continue;
      // One that comes late does not make the next one short.
      reported.due = Math.max(reported.due, performance.now() - INTERVAL_MS / 2) + INTERVAL_MS;
      this.#cut('PERIODIC', session, reported, found, at);
    }
  }

  #cut(type: ReportType, session: Session, { meters }: Reported, { legs }: SessionFigures, at: number): void {
    for (const leg of [0, 1] as const) {
      const cut = meters[leg].cut(legs[leg]);
      if (cut.now.received === 0 && cut.now.expected === 0) continue;
      this.#report(HEP_TYPES.qualityReport, type, session, leg, legs[leg], cut, at);
    }
  }

  #report(
    hepType: HepType,
    type: ReportType,
    session: Session,
    leg: LegIndex,
    figures: LegFigures,
    qualities: StreamQualities,
    at: number,
  ): void {
    const stream = streamOf(session, leg, figures);
    if (stream === undefined) return;
    const payload = Buffer.from(qualityReport(type, stream, figures, qualities, at));
    const { source, destination } = stream;
    this.#send({ type: hepType, source, destination, at, correlationId: session.callId, payload });
  }
}

interface Reported {
  /** By leg. */
  readonly meters: readonly [StreamMeter, StreamMeter];
  /** End of the interval, in milliseconds of the monotonic clock. */
  due: number;
}

/** Undefined: there is no address, and never was a packet. */
function streamOf(session: Session, leg: LegIndex, { media }: LegFigures): ReportedStream | undefined {
  const { local, port } = session.legs[leg];
  const party = peerText(media);
  if (party === '' || port === undefined) return undefined;
  const source = { host: hostOf(party), port: portOf(party) };
  const host = isAnyAddress(local.host) ? (sourceAddress(source.host) ?? local.host) : local.host;
  return { callId: session.callId, leg, source, destination: { host, port } };
}
