import {
  ENGINE_TOTALS,
  type EngineTotals,
  type LegFigures,
  type SessionFigures,
  type WorkerFigures,
} from '../../../src/addon/contract.ts';
import type { KeptSnapshot } from '../../../src/addon/kept-snapshot.ts';
import type { SessionHandle } from '../../../src/addon/types.ts';
import type { CallEngine } from '../../../src/calls/watch.ts';
import { rowOf, sessionStats } from '../session/stats.ts';

/** Figures of a leg; what is not given is 0 or unknown. */
export type LegChanges = Partial<LegFigures>;

/** Figures of a session by those of the caller's and the callee's leg. */
export function callFigures(caller: LegChanges = {}, callee: LegChanges = {}, ttl = 60): SessionFigures {
  return sessionStats(ttl, callee, caller);
}

/** Stands in for the engine where calls are observed. */
export class FakeCallEngine implements CallEngine {
  /** By handle; those of a session that is not here are as those of a new one. */
  readonly figures = new Map<number, SessionFigures>();
  readonly stale = new Set<number>();
  /** How many sessions were asked for at a time. */
  readonly asked: number[] = [];
  cpuSeconds = 0;

  totals(): EngineTotals {
    return { ...ENGINE_TOTALS, packetsPerSecond: 7 };
  }

  askSnapshots(sessions: readonly SessionHandle[], kept: readonly KeptSnapshot[]): Promise<boolean[]> {
    this.asked.push(sessions.length);
    const found = sessions.map((handle, index) => {
      if (this.stale.has(handle)) return false;
      return kept[index]?.take(rowOf(this.figures.get(handle) ?? callFigures()), 0) ?? false;
    });
    return Promise.resolve(found);
  }

  workers(): WorkerFigures[] {
    return [{ packetsReceived: 0, packetsPerSecond: 5, cpuSeconds: this.cpuSeconds }];
  }
}
