import type { CallOutcome } from '../calls/record.ts';
import { Distribution } from './distribution.ts';

/** What ended calls were like; a stream is the RTP of one party. Values that are not known are left out. */
export class CallMeter {
  /** Seconds. */
  readonly duration = new Distribution([1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200]);
  /** `mos_lq` of streams. */
  readonly mos = new Distribution([1.5, 2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.4]);
  /** Lost packets of streams, of those expected: 0 to 1. */
  readonly loss = new Distribution([0, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]);
  /** Seconds. */
  readonly jitter = new Distribution([0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2]);

  /** A call has ended. */
  ended({ duration_s, caller, callee }: CallOutcome): void {
    this.duration.add(duration_s);
    for (const { mos_lq, loss_percent, jitter_mean_ms } of [caller, callee]) {
      if (mos_lq !== null) this.mos.add(mos_lq);
      if (loss_percent !== null) this.loss.add(loss_percent / 100);
      if (jitter_mean_ms !== null) this.jitter.add(jitter_mean_ms / 1000);
    }
  }
}
