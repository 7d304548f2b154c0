/** A line of a terminal that says how far some work is. */
export interface ProgressLine {
  /** `part` of 1. Nothing is shown of work that is soon done. */
  show(part: number, what: string): void;
  /** Takes the line away, so that other text can be written. */
  clear(): void;
}

const FIRST_AFTER_MS = 1000;
const EVERY_MS = 100;
const BAR = 24;

/** A progress line; `write` gets what the terminal is to show. */
export function progressLine(
  write: (text: string) => void,
  columns: () => number,
  now: () => number = Date.now,
): ProgressLine {
  const begun = now();
  let shownAt = begun + FIRST_AFTER_MS - EVERY_MS;
  let visible = false;
  return {
    show: (part, what) => {
      if (now() - shownAt < EVERY_MS) return;
      shownAt = now();
      visible = true;
      write(`\r${line(part, what).slice(0, Math.max(columns() - 1, 10))}\x1b[K`);
    },
    clear: () => {
      if (visible) write('\r\x1b[K');
      visible = false;
    },
  };
}

function line(part: number, what: string): string {
  const full = Math.round(part * BAR);
  const percent = `${Math.floor(part * 100)}`.padStart(3);
  return `[${'#'.repeat(full)}${' '.repeat(BAR - full)}] ${percent} % ${what}`;
}
