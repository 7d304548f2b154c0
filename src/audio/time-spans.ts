/** Packets that are further apart, in seconds, are not of one span. */
const LONGEST_GAP = 3600;
/** More than that has no recording but a damaged one: what is beyond them is taken for the end of the span before it. */
const MOST_SPANS = 256;

interface Span {
  /** Unix time, in seconds. */
  from: number;
  to: number;
}

/**
 * When packets came: spans of time with longer gaps between them than a call has, so that the recorder's clock has jumped
 * there. Without them audio would have years of silence.
 */
export class TimeSpans {
  /** In the order of time. */
  #spans: Span[] = [];
  /** Packets came from then until then. */
  add(from: number, to = from): void {
    const near = (span: Span): boolean => from <= span.to + LONGEST_GAP && to >= span.from - LONGEST_GAP;
    const [only, another] = this.#spans;
    if (only !== undefined && another === undefined && near(only)) {
      only.from = Math.min(only.from, from);
      only.to = Math.max(only.to, to);
      return;
    }
    const joined = { from, to };
    const others: Span[] = [];
    for (const span of this.#spans) {
      if (!near(span)) {
        others.push(span);
        continue;
      }
      joined.from = Math.min(joined.from, span.from);
      joined.to = Math.max(joined.to, span.to);
    }
    if (others.length === MOST_SPANS) return;
    this.#spans = [...others, joined].sort((a, b) => a.from - b.from);
  }

  addAll(others: TimeSpans): void {
    for (const { from, to } of others.#spans) this.add(from, to);
  }

  /** How much of the time is in the gaps that `clock` leaves out, in seconds. */
  get leftOut(): number {
    const [first, last] = [this.#spans[0], this.#spans.at(-1)];
    if (first === undefined || last === undefined) return 0;
    return last.to - first.from - this.#spans.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Turns Unix time into one that goes on from span to span, and may begin elsewhere. */
  clock(): (time: number) => number {
    if (this.#spans.length < 2) return (time) => time;
    const places: { readonly from: number; readonly length: number; readonly at: number }[] = [];
    let at = 0;
    for (const { from, to } of this.#spans) {
      places.push({ from, length: to - from, at });
      at += to - from;
    }
    return (time) => {
      const place = places.findLast(({ from }) => from <= time) ?? places[0];
      return place === undefined ? time : place.at + Math.min(Math.max(0, time - place.from), place.length);
    };
  }
}
