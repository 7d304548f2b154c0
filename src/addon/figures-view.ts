import { SESSION_FIGURES, type SessionFigures } from './contract.ts';
import { numbersIn, ROW_LENGTH, sessionRow } from './figures.ts';

/** The row that figures are read from. */
interface Place {
  row: Float64Array;
}

/** Figures side by side in a row: the place of the first one is that of the whole. */
interface Group {
  readonly place: Place;
  readonly start: number;
}

/**
 * Figures of one session after the other, each read from its row when it is asked for. `sessionFigures` makes objects of 8 kB of a row:
 * of thousands a second the garbage collector would hold up commands.
 */
export class FiguresView {
  readonly #place: Place = { row: sessionRow() };
  readonly #figures = readerOf(SESSION_FIGURES, this.#place, 0) as SessionFigures;

  /** Those of that row for as long as it stays the same, and until it is called for another one. */
  of(row: Float64Array): SessionFigures {
    if (row.length !== ROW_LENGTH) throw new RangeError(`a row has ${ROW_LENGTH} numbers, not ${row.length}`);
    this.#place.row = row;
    return this.#figures;
  }
}

/** What has the figures of `shape`, which begin at `start` in the row. Their names are not its own properties: it cannot be spread. */
function readerOf(shape: object, place: Place, start: number): object {
  const groups: Record<string, object> = {};
  const numbers: [name: string, at: number][] = [];
  let at = 0;
  for (const [name, value] of Object.entries(shape)) {
    if (typeof value === 'number') numbers.push([name, at]);
    else groups[name] = readerOf(value, place, start + at);
    at += typeof value === 'number' ? 1 : numbersIn(value);
  }
  if (Array.isArray(shape)) return Object.values(groups);
  return Object.assign(Object.create(kindOf(numbers)), { place, start }, groups);
}

/** What reads these figures is made once, so that both legs are of one kind to V8, which makes reading them fast. */
const KINDS = new Map<string, object>();

function kindOf(numbers: readonly (readonly [name: string, at: number])[]): object {
  const name = numbers.join();
  const known = KINDS.get(name);
  if (known !== undefined) return known;
  const kind = {};
  for (const [figure, at] of numbers) {
    Object.defineProperty(kind, figure, {
      get(this: Group) {
        return this.place.row[this.start + at];
      },
    });
  }
  KINDS.set(name, kind);
  return kind;
}
