/** Rows of a long table that are made; the others are room above and below. */
export interface RowWindow {
  readonly first: number;
  /** Behind the last one. */
  readonly end: number;
}

/** Rows beyond the edges, so that scrolling shows no blank. */
const SPARE_ROWS = 6;

/** The rows that can be seen, always as many of a long table; lengths in pixels. */
export function rowWindow(count: number, rowHeight: number, scrolled: number, height: number): RowWindow {
  const rows = Math.min(count, Math.ceil(height / rowHeight) + 1 + 2 * SPARE_ROWS);
  const first = clamp(Math.floor(scrolled / rowHeight) - SPARE_ROWS, 0, count - rows);
  return { first, end: first + rows };
}

/** Where to scroll so that a row can be seen. */
export function scrollTo(row: number, rowHeight: number, scrolled: number, height: number): number {
  const top = row * rowHeight;
  if (top < scrolled) return top;
  return Math.max(scrolled, top + rowHeight - height);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
