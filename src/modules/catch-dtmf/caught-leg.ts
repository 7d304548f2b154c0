import { type LogRate, TokenBucket } from '../../log/limit.ts';
import type { NotifyDestination } from '../../session/session.ts';
import type { CatchRequest } from './catch-request.ts';
import { DigitDetector } from './digit-detector.ts';

/** Dialling machines send ten digits a second. A party that sends more must not use up what others need. */
const DIGIT_RATE: LogRate = { burst: 64, perSecond: 20 };

/** A leg whose party's digits are told. */
export class CaughtLeg {
  /** It outlives a new request, so that no digit is told twice. */
  readonly detector = new DigitDetector();
  request: CatchRequest;
  destination: NotifyDestination;
  readonly #budget: TokenBucket;

  /** `now` is in milliseconds of the monotonic clock. */
  constructor(request: CatchRequest, destination: NotifyDestination, now: number) {
    this.request = request;
    this.destination = destination;
    this.#budget = new TokenBucket(DIGIT_RATE, now);
  }

  /** Whether one more digit may be told. */
  admits(now: number): boolean {
    return this.#budget.take(now);
  }
}
