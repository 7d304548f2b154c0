import { SESSION_FIGURES, type SessionFigures } from './contract.ts';

/** Room for the figures of a session as the addon gives them: a row of numbers, one after the other. */
export function sessionRow(): Float64Array {
  return new Float64Array(session.length);
}

/** The figures of a session by name, of such a row. */
export function sessionFigures(row: Float64Array): SessionFigures {
  return session.read(row, 0) as SessionFigures;
}

interface RowReader {
  /** How many numbers it takes. */
  readonly length: number;
  /** A copy of the shape that it was made for, with the numbers of the row from `from` on. */
  readonly read: (row: Float64Array, from: number) => unknown;
}

const NUMBER: RowReader = { length: 1, read: (row, from) => row[from] ?? 0 };

function rowReader(shape: unknown): RowReader {
  if (typeof shape !== 'object' || shape === null) return NUMBER;
  let length = 0;
  const parts = Object.entries(shape).map(([name, part]) => {
    const { read, length: size } = rowReader(part);
    length += size;
    return { name, offset: length - size, read };
  });
  if (Array.isArray(shape)) {
    return { length, read: (row, from) => parts.map(({ offset, read }) => read(row, from + offset)) };
  }
  // A copy has all its properties from the start on, which makes it cheap to fill.
  const read = (row: Float64Array, from: number) => {
    const copy: Record<string, unknown> = { ...shape };
    for (const part of parts) copy[part.name] = part.read(row, from + part.offset);
    return copy;
  };
  return { length, read };
}

const session = rowReader(SESSION_FIGURES);
