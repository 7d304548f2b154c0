import { GLOBAL, type LogLevel } from './log.ts';

/** Problems, which are logged by default: a few show what is wrong. The rest was asked for with `-d`. */
const PROBLEM: LogRate = { burst: 100, perSecond: 10 };
const TOLD: LogRate = { burst: 10_000, perSecond: 2000 };
const TOPIC_RATES: Readonly<Record<LogLevel, LogRate>> = {
  DBUG: TOLD,
  INFO: TOLD,
  WARN: PROBLEM,
  ERR: PROBLEM,
  CRIT: PROBLEM,
};

/** A call that goes wrong, or is made to, must not use up what the others need. */
const CALL_PROBLEM: LogRate = { burst: 20, perSecond: 1 };
const CALL_TOLD: LogRate = { burst: 200, perSecond: 20 };
const CALL_RATES: Readonly<Record<LogLevel, LogRate>> = {
  DBUG: TOLD,
  INFO: CALL_TOLD,
  WARN: CALL_PROBLEM,
  ERR: CALL_PROBLEM,
  CRIT: CALL_PROBLEM,
};

/** Calls whose lines are counted; the one that was silent longest is forgotten first. */
const MAX_CALLS = 1024;
/** Calls that a report names; the others share a line. */
const MAX_NAMED = 10;
const REPORT_MS = 1000;

/** Lines that were not written. */
export interface Suppressed {
  readonly level: LogLevel;
  readonly where: string;
  readonly callId: string;
  readonly text: string;
}

interface Bucket {
  readonly level: LogLevel;
  readonly tokens: TokenBucket;
  /** Topic of the last line. */
  where: string;
  suppressed: number;
}

/**
 * Keeps remote parties from filling the log: each call has a rate per level, and so has each topic of all calls. What goes
 * beyond is counted, and reported once a second.
 */
export class LogLimit {
  readonly #topics = new Map<string, Bucket>();
  /** By level, then by Call-ID in the order of their last lines. */
  readonly #calls = new Map<LogLevel, Map<string, Bucket>>();
  readonly #report: (suppressed: Suppressed) => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  /** `now` is in milliseconds. */
  constructor(report: (suppressed: Suppressed) => void, now = () => performance.now()) {
    this.#report = report;
    this.#now = now;
  }

  /** Whether a line may be written now. */
  admit(level: LogLevel, where: string, callId: string): boolean {
    if (callId !== GLOBAL && !this.#take(this.#call(level, where, callId))) return false;
    return this.#take(this.#topic(level, where));
  }

  /** Reports what was suppressed since the last report. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const bucket of this.#topics.values()) this.#tell(bucket, GLOBAL);
    for (const calls of this.#calls.values()) this.#flushCalls(calls);
  }

  #take(bucket: Bucket): boolean {
    if (bucket.tokens.take(this.#now())) return true;
    bucket.suppressed += 1;
    this.#timer ??= setTimeout(() => this.flush(), REPORT_MS).unref();
    return false;
  }

  #topic(level: LogLevel, where: string): Bucket {
    const key = `${level}:${where}`;
    let bucket = this.#topics.get(key);
    if (bucket === undefined) {
      bucket = this.#bucket(level, where, TOPIC_RATES[level]);
      this.#topics.set(key, bucket);
    }
    return bucket;
  }

  #call(level: LogLevel, where: string, callId: string): Bucket {
    let calls = this.#calls.get(level);
    if (calls === undefined) {
      calls = new Map();
      this.#calls.set(level, calls);
    }
    const bucket = calls.get(callId) ?? this.#bucket(level, where, CALL_RATES[level]);
    bucket.where = where;
    calls.delete(callId);
    calls.set(callId, bucket);
    if (calls.size > MAX_CALLS) this.#forgetOldest(calls);
    return bucket;
  }

  #bucket(level: LogLevel, where: string, rate: LogRate): Bucket {
    return { level, where, tokens: new TokenBucket(rate, this.#now()), suppressed: 0 };
  }

  #forgetOldest(calls: Map<string, Bucket>): void {
    for (const [callId, bucket] of calls) {
      this.#tell(bucket, callId);
      calls.delete(callId);
      return;
    }
  }

  #flushCalls(calls: ReadonlyMap<string, Bucket>): void {
    const suppressed = [...calls].filter(([, bucket]) => bucket.suppressed > 0);
    suppressed.sort(([, a], [, b]) => b.suppressed - a.suppressed);
    for (const [callId, bucket] of suppressed.slice(0, MAX_NAMED)) this.#tell(bucket, callId);
    const others = suppressed.slice(MAX_NAMED).map(([, bucket]) => bucket);
    const [first] = others;
    if (first === undefined) return;
    const lines = others.reduce((sum, bucket) => sum + bucket.suppressed, 0);
    for (const bucket of others) bucket.suppressed = 0;
    const text = `${lines} more lines of ${others.length} calls were suppressed`;
    this.#report({ level: first.level, where: first.where, callId: GLOBAL, text });
  }

  #tell(bucket: Bucket, callId: string): void {
    if (bucket.suppressed === 0) return;
    const { level, where, suppressed } = bucket;
    bucket.suppressed = 0;
    this.#report({ level, where, callId, text: `${suppressed} more lines were suppressed` });
  }
}

/** So many at once, and per second from then on. */
export interface LogRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is left of a rate. */
export class TokenBucket {
  readonly #rate: LogRate;
  #tokens: number;
  #filledAt: number;

  /** Times are in milliseconds. */
  constructor(rate: LogRate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = now;
  }

  /** Whether there was one to take. */
  take(now: number): boolean {
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perSecond) / 1000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
