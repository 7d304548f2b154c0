import { performance } from 'node:perf_hooks';
import type { LegIndex } from '../../addon/types.ts';
import { SUB_COMMAND_FAILED, type SubResult } from '../../protocol/reply.ts';
import type { NotifyDestination, Session } from '../../session/session.ts';
import type {
  EndedSession,
  Module,
  ModuleDefinition,
  ModuleServices,
  ModuleSubCommand,
  WatchedPacket,
} from '../module.ts';
import { BadCatchRequest, type CatchRequest, parseCatchRequest } from './catch-request.ts';
import { CaughtLeg } from './caught-leg.ts';
import type { Digit, Finding } from './digit-detector.ts';
import { telephoneEvent } from './telephone-event.ts';

/** Tells the digits that parties send as RFC 4733 events, where a `M3:N` sub-command asks for it (docs/modules.md). */
const definition: ModuleDefinition = {
  name: 'catch_dtmf',
  id: 3,
  hooks: { payloadTypes: true },
  create: (_settings, services) => new CatchDtmf(services),
};

export default definition;

/** By leg, those that were asked for. */
type CaughtLegs = [CaughtLeg | undefined, CaughtLeg | undefined];

class CatchDtmf implements Module {
  readonly #services: ModuleServices;
  readonly #sessions = new Map<Session, CaughtLegs>();

  constructor(services: ModuleServices) {
    this.#services = services;
  }

  subCommand({ session, leg, args }: ModuleSubCommand): SubResult {
    if (session.notify === undefined) return this.#fail(session, 'notification is not enabled');
    const request = parseCatchRequest(args);
    if (request instanceof BadCatchRequest) return this.#fail(session, request.reason);
    // An earlier `&& D` has ended it.
    if (session.ended) return undefined;
    const { destination } = session.notify;
    this.#catch(session, leg, request, destination);
    const { payloadType, hidden } = request;
    this.#services.watchPayloads(session, leg, [payloadType], hidden ? [payloadType] : []);
    return undefined;
  }

  rtp(packet: WatchedPacket): void {
    const { session, leg, data, arrivedAt } = packet;
    const caught = this.#sessions.get(session)?.[leg];
    // It may be one of those that an earlier request asked for.
    if (caught === undefined || ((data[1] ?? 0) & 0x7f) !== caught.request.payloadType) return;
    const event = telephoneEvent(data);
    const finding = event === undefined ? undefined : caught.detector.see(event, arrivedAt);
    if (finding === undefined) return;
    if (finding.kind === 'digit') this.#tell(finding.digit, caught, packet);
    else this.#log(finding, session);
  }

  sessionEnded({ session }: EndedSession): void {
    this.#sessions.delete(session);
  }

  stop(): void {
    this.#sessions.clear();
  }

  #catch(session: Session, leg: LegIndex, request: CatchRequest, destination: NotifyDestination): void {
    const legs: CaughtLegs = this.#sessions.get(session) ?? [undefined, undefined];
    const caught = legs[leg] ?? new CaughtLeg(request, destination, performance.now());
    caught.request = request;
    caught.destination = destination;
    legs[leg] = caught;
    this.#sessions.set(session, legs);
  }

  #tell(found: Digit, caught: CaughtLeg, packet: WatchedPacket): void {
    const { session, leg } = packet;
    if (!caught.admits(performance.now())) {
      this.#services.count('lost');
      this.#services.log('WARN', 'digits come too fast, leaving some out', session.callId);
      return;
    }
    const { digit, volume, duration } = found;
    const line = `${caught.request.tag} ${digit} ${volume} ${duration} ${sideOf(leg)}`;
    this.#services.notify(caught.destination, line);
    this.#services.count('delivered');
    this.#services.publishDtmf({ session, leg, ...found, packet });
  }

  #log(finding: Exclude<Finding, { kind: 'digit' }>, { callId }: Session): void {
    const level = finding.kind === 'unhandled' ? 'DBUG' : 'WARN';
    this.#services.log(level, describe(finding), callId);
  }

  #fail({ callId }: Session, reason: string): typeof SUB_COMMAND_FAILED {
    this.#services.log('ERR', reason, callId);
    return SUB_COMMAND_FAILED;
  }
}

/** In the words of the C daemon. */
function describe(finding: Exclude<Finding, { kind: 'digit' }>): string {
  switch (finding.kind) {
    case 'unhandled':
      return `Unhandled DTMF event ${finding.code}`;
    case 'otherDigit':
      return `Received DTMF for ${finding.digit} while processing ${finding.current}`;
    case 'afterEnd':
      return `Received DTMF for ${finding.digit} without start 0`;
  }
}

/** As notifications have it: 0 the caller, 1 the callee. */
function sideOf(leg: LegIndex): 0 | 1 {
  return leg === 1 ? 0 : 1;
}
