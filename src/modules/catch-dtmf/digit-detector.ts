import type { TelephoneEvent } from './telephone-event.ts';

/** By event code; flash is a blank (RFC 4733 3.2, table 3 and 4). */
const DIGITS = '0123456789*#ABCD ';

/**
 * Events that are remembered, so that what comes late of them is no new one. Senders repeat the end of an event three times
 * within 60 ms (RFC 4733 2.5.1.4), so that a few would do; more than four may be under way at once.
 */
const REMEMBERED = 32;
/** Seconds after which what comes of an ended event is no straggler: who plays a capture twice sends the event anew. */
const LATEST = 1;

/** A key that was pressed and let go of. */
export interface Digit {
  readonly digit: string;
  /** Of the first packet with the end bit, dBm0 without the sign. */
  readonly volume: number;
  /** Longest that was told, in ticks of the RTP clock; of a long event in segments that of the last one. */
  readonly duration: number;
  /** RTP time stamp of the event. */
  readonly timestamp: number;
}

/** What an event packet comes to, where there is something to tell. */
export type Finding =
  | { readonly kind: 'digit'; readonly digit: Digit }
  /** It is no DTMF. */
  | { readonly kind: 'unhandled'; readonly code: number }
  /** It has the time stamp of an event under way with another digit. */
  | { readonly kind: 'otherDigit'; readonly digit: string; readonly current: string }
  /** The event goes on after its end. */
  | { readonly kind: 'afterEnd'; readonly digit: string };

interface KnownEvent {
  readonly ssrc: number;
  readonly timestamp: number;
  digit: string;
  duration: number;
  /** When it ended, in seconds; undefined: it has not. */
  endedAt: number | undefined;
}

/** Makes digits of the event packets of a stream, each digit once, whatever is lost, repeated or late of its packets. */
export class DigitDetector {
  readonly #known: KnownEvent[] = [];
  /** Place of the oldest one, once there are so many. */
  #oldest = 0;

  /** What one more packet of the stream means, which arrived at `now`, in seconds. */
  see(event: TelephoneEvent, now: number): Finding | undefined {
    const digit = DIGITS.charAt(event.code);
    if (digit === '') return { kind: 'unhandled', code: event.code };
    const known = this.#find(event) ?? this.#remember(event, digit);
    if (beginsAnew(event, digit, known, now)) {
      known.digit = digit;
      known.duration = 0;
      known.endedAt = undefined;
    }
    if (known.endedAt !== undefined) {
      return !event.end && event.duration >= known.duration ? { kind: 'afterEnd', digit } : undefined;
    }
    if (known.digit !== digit) return { kind: 'otherDigit', digit, current: known.digit };
    known.duration = Math.max(known.duration, event.duration);
    if (!event.end) return undefined;
    known.endedAt = now;
    const { duration, timestamp } = known;
    return { kind: 'digit', digit: { digit, volume: event.volume, duration, timestamp } };
  }

  #find({ ssrc, timestamp }: TelephoneEvent): KnownEvent | undefined {
    return this.#known.find((known) => known.timestamp === timestamp && known.ssrc === ssrc);
  }

  #remember({ ssrc, timestamp, duration }: TelephoneEvent, digit: string): KnownEvent {
    const known: KnownEvent = { ssrc, timestamp, digit, duration, endedAt: undefined };
    this.#known[this.#oldest] = known;
    this.#oldest = (this.#oldest + 1) % REMEMBERED;
    return known;
  }
}

/** Whether a packet begins another event with the time stamp of one that has ended. */
function beginsAnew({ end, duration }: TelephoneEvent, digit: string, known: KnownEvent, now: number): boolean {
  if (end || known.endedAt === undefined || now - known.endedAt < LATEST) return false;
  return digit !== known.digit || duration < known.duration;
}
