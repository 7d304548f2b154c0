import type { SessionFigures } from '../../../../src/addon/contract.ts';
import type { LegIndex } from '../../../../src/addon/types.ts';
import type { EndedSession, ModuleServices, WatchedPacket } from '../../../../src/modules/module.ts';
import type { Session } from '../../../../src/session/session.ts';
import { testSession } from '../../session/test-session.ts';

/** What a module asks for and tells. */
export class ServicesBook implements ModuleServices {
  readonly label = 'acct_rtcp_hep';
  readonly startDirectory = '/';
  readonly lines: string[] = [];
  readonly counts = { delivered: 0, lost: 0 };
  /** Sessions that `figures` knows. */
  readonly known = new Map<Session, SessionFigures>();

  log(level: string, text: string, callId = 'GLOBAL'): void {
    this.lines.push(`${level}:${callId}: ${text}`);
  }

  sessions(): Iterable<Session> {
    return this.known.keys();
  }

  figures(sessions: readonly Session[]): (SessionFigures | undefined)[] {
    return sessions.map((session) => this.known.get(session));
  }

  watchPayloads(): void {
    throw new Error('it is not about payload types');
  }

  publishDtmf(): void {
    throw new Error('it finds no digits');
  }

  notify(): void {
    throw new Error('it notifies nobody');
  }

  count(what: 'delivered' | 'lost', amount = 1): void {
    this.counts[what] += amount;
  }
}

/** A session whose legs have the ports 35000 and 35002. */
export function relayedSession(callId = 'call-A'): Session {
  const session = testSession(callId, 'f1', { complete: true });
  for (const [index, leg] of session.legs.entries()) leg.port = 35_000 + 2 * index;
  return session;
}

/** RTCP from the party of a leg, in hexadecimal digits. */
export function rtcpPacket(session: Session, leg: LegIndex, hex: string): WatchedPacket {
  return {
    session,
    leg,
    channel: 'RTCP',
    arrivedAt: 1_700_000_000.123456,
    source: { host: '127.0.0.1', port: 4001, family: 4 },
    local: { host: '127.0.0.9', port: 35_001 + 2 * leg, family: 4 },
    data: Buffer.from(hex, 'hex'),
  };
}

/** The end of a session; nobody looks at its record. */
export function endOf(session: Session, figures: SessionFigures): Omit<EndedSession, 'record'> {
  return { session, figures, setupAt: 1_700_000_000, endedAt: 1_700_000_010 };
}
