import type { LogLevel } from './log.ts';

/** Lines that one topic may write at once, and per second from then on. */
export interface LogRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Problems, which are logged by default: a few show what is wrong. The rest was asked for with `-d`. */
const RATES: Readonly<Record<LogLevel, LogRate>> = {
  DBUG: { burst: 10_000, perSecond: 2000 },
  INFO: { burst: 10_000, perSecond: 2000 },
  WARN: { burst: 100, perSecond: 10 },
  ERR: { burst: 100, perSecond: 10 },
  CRIT: { burst: 100, perSecond: 10 },
};

interface Bucket {
  readonly level: LogLevel;
  readonly where: string;
  tokens: number;
  filledAt: number;
  suppressed: number;
}

const REPORT_MS = 1000;

/**
 * Keeps remote parties from filling the log: each topic has a rate per level. What goes beyond is counted, and reported
 * once a second.
 */
export class LogLimit {
  readonly #buckets = new Map<string, Bucket>();
  readonly #report: (level: LogLevel, where: string, count: number) => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  /** `now` is in milliseconds. */
  constructor(report: (level: LogLevel, where: string, count: number) => void, now = () => performance.now()) {
    this.#report = report;
    this.#now = now;
  }

  /** Whether a line may be written now. */
  admit(level: LogLevel, where: string): boolean {
    const rate = RATES[level];
    const now = this.#now();
    const key = `${level}:${where}`;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { level, where, tokens: rate.burst, filledAt: now, suppressed: 0 };
      this.#buckets.set(key, bucket);
    }
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.filledAt) * rate.perSecond) / 1000);
    bucket.filledAt = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return true;
    }
    bucket.suppressed += 1;
    this.#timer ??= setTimeout(() => this.flush(), REPORT_MS).unref();
    return false;
  }

  /** Reports what was suppressed since the last report. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const bucket of this.#buckets.values()) {
      if (bucket.suppressed === 0) continue;
      const count = bucket.suppressed;
      bucket.suppressed = 0;
      this.#report(bucket.level, bucket.where, count);
    }
  }
}
