import type { SessionFigures } from '../../../src/addon/contract.ts';
import type { MediaModifiers } from '../../../src/protocol/command.ts';
import type { SessionObserver } from '../../../src/session/observers.ts';
import type { Session } from '../../../src/session/session.ts';
import { type SessionPolicy, Sessions } from '../../../src/session/sessions.ts';
import { V4 } from '../protocol/address-book.ts';
import { FakeEngine } from './fake-engine.ts';
import { LogBook } from './log-book.ts';

export const POLICY: SessionPolicy = {
  ttl: 60,
  setupTtl: 15,
  tos: 184,
  asymmetric: false,
  ports: { min: 41000, max: 41006, sequential: true },
};

export const NO_MODIFIERS: MediaModifiers = {
  asymmetric: undefined,
  weak: false,
  newPort: false,
  ptime: undefined,
  codecs: undefined,
  local: [V4, V4],
  moveTo: undefined,
};

/** Notes what it is told as text. */
export class ObserverBook implements SessionObserver {
  readonly heard: string[] = [];
  signals = 0;

  created(session: Session): void {
    this.heard.push(`created ${session.handle}`);
  }
  signalled(): void {
    this.signals += 1;
  }
  completed(session: Session): void {
    this.heard.push(`completed ${session.handle}`);
  }
  removed(session: Session, timedOut: boolean): void {
    this.heard.push(`removed ${session.handle}${timedOut ? ' timed out' : ''}`);
  }
  retired(session: Session, figures: SessionFigures): void {
    this.heard.push(`retired ${session.handle} ttl ${figures.ttl}`);
  }
}

/** Sessions on a fake engine. */
export function sessionsOnFakeEngine(policy: Partial<SessionPolicy> = {}) {
  const engine = new FakeEngine();
  const observer = new ObserverBook();
  const log = new LogBook();
  const sessions = new Sessions({ ...POLICY, ...policy }, engine.engine, observer, log);
  engine.retired = (handle, figures) => sessions.retired(handle, figures);
  /** Creates a session that must be had. */
  const create = (callId = 'c', fromTag = 'a'): Session => {
    const session = sessions.create(callId, fromTag, [V4, V4]);
    if (session === undefined) throw new Error('no session');
    return session;
  };
  return { engine, observer, log, sessions, create };
}
