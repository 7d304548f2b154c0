import type { Entry } from './entry.ts';
import type { Command } from './keys.ts';

/** Calls that a page key moves by. */
const PAGE = 10;

const STEPS: Readonly<Partial<Record<Command, number>>> = {
  next: 1,
  previous: -1,
  'page-down': PAGE,
  'page-up': -PAGE,
};

/** The call that the keyboard is at after a command; a call that is gone stands for none. */
export function moved(rows: readonly Entry[], cursor: string | undefined, command: Command): string | undefined {
  const last = rows.length - 1;
  const place = rows.findIndex(({ call }) => call.id === cursor);
  const step = STEPS[command] ?? 0;
  const wanted = command === 'first' ? 0 : command === 'last' ? last : place === -1 ? 0 : place + step;
  return rows[Math.min(Math.max(wanted, 0), last)]?.call.id;
}
