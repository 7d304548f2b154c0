import type { Heard, Outcome, Theft } from './nat-call.ts';

const HEAD = ['caller: first', 'gap', 'heard', 'callee: first', 'gap', 'heard', 'stolen', 'from caller', 'from callee'];

/** The results of the NAT matrix as a table of text: a line per row and way. */
export class NatTable {
  readonly #rows: readonly string[];
  readonly #ways: readonly string[];
  readonly #outcomes = new Map<string, readonly Outcome[]>();

  constructor(rows: readonly string[], ways: readonly string[]) {
    this.#rows = rows;
    this.#ways = ways;
  }

  /** The outcomes of a row, in the order of the ways. */
  add(row: string, outcomes: readonly Outcome[]): void {
    this.#outcomes.set(row, outcomes);
  }

  lines(): string[] {
    const body = this.#rows.flatMap((row) =>
      (this.#outcomes.get(row) ?? []).map(({ caller, callee, stolen, stolenFrom }, i) => [
        row,
        this.#ways[i] ?? '',
        ...figures(caller),
        ...figures(callee),
        String(stolen),
        theft(stolenFrom.caller),
        theft(stolenFrom.callee),
      ]),
    );
    const table = [['row', 'way', ...HEAD], ...body];
    const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
    return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  }
}

/** A party's first packet and longest gap in ms, and what it heard in the end. */
function figures({ firstMs, gapMs, settledPercent }: Heard): string[] {
  const first = firstMs === undefined ? 'never' : `${Math.round(firstMs)} ms`;
  return [first, `${Math.round(gapMs)} ms`, `${settledPercent} %`];
}

/** Before and after the first packet of the party itself. */
function theft({ before, after }: Theft): string {
  return `${before} + ${after}`;
}
