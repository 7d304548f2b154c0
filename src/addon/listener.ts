import type { EngineEvent } from './events.ts';
import type { SessionStats } from './stats-types.ts';
import type { RecordingReport } from './types.ts';

/** What the engine tells its owner, between commands. */
export interface EngineListener {
  event(event: EngineEvent): void;
  /** A removed session has come back with its final figures; its ports are free. */
  retired(session: number, stats: SessionStats): void;
  /** Not needed by an owner that records nothing. */
  recording?(report: RecordingReport): void;
  /** Not needed by an owner that plays nothing. The token is that of `play`; `finished`: everything was played. */
  playerEnded?(token: number, finished: boolean): void;
}
