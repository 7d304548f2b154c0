import { SESSION_FIGURES, type SessionFigures, sessionFiguresOf } from './contract.ts';

/** Numbers of a row. */
export const ROW_LENGTH = numbersIn(SESSION_FIGURES);

/** Room for the figures of so many sessions as the addon gives them: rows of numbers, one after the other. */
export function sessionRows(count: number): Float64Array {
  return new Float64Array(count * ROW_LENGTH);
}

/** The same for one session. */
export function sessionRow(): Float64Array {
  return sessionRows(1);
}

/** The figures of a session by name, of the row with that number. */
export function sessionFigures(rows: Float64Array, row = 0): SessionFigures {
  let at = row * ROW_LENGTH;
  return sessionFiguresOf(() => rows[at++] ?? 0);
}

/** How many numbers figures are, nested ones included. */
export function numbersIn(figures: object): number {
  const sizes = Object.values(figures).map((value) => (typeof value === 'number' ? 1 : numbersIn(value)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
