import { setTimeout as delay } from 'node:timers/promises';
import { RtpproxyConnectionError, RtpproxyTimeoutError } from '../client/errors.ts';
import { explainError } from './query-advice.ts';

/** Clears a terminal, its history too, and goes to its first line. */
const CLEAR = '\x1b[H\x1b[2J\x1b[3J';

export interface WatchParts {
  readonly intervalMs: number;
  /** Each round takes the place of the one before. */
  readonly redraws: boolean;
  /** Rounds are told apart by a line; not where each line says when it was. */
  readonly headed: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** The answers of one round, as text. */
  round(): Promise<string>;
  write(text: string): Promise<void>;
  err(text: string): void;
}

/**
 * Asks again and again until it is told to end. The first round has to succeed; later ones may fail, as while the daemon is
 * restarted, which is told.
 */
export async function watch(parts: WatchParts): Promise<void> {
  const { intervalMs, redraws, headed, signal } = parts;
  for (let first = true; !signal.aborted; first = false) {
    const began = performance.now();
    const text = await roundOf(parts, first);
    if (signal.aborted) return;
    const head = headed ? `${new Date().toISOString()}\n` : '';
    if (text !== undefined)
      await parts.write(redraws ? `${CLEAR}${head}${text}` : `${head}${text}${headed ? '\n' : ''}`);
    const rest = Math.max(0, intervalMs - (performance.now() - began));
    await delay(rest, undefined, { signal }).catch(() => undefined);
  }
}

async function roundOf({ round, redraws, signal, err }: WatchParts, first: boolean): Promise<string | undefined> {
  try {
    return await round();
  } catch (error) {
    if (signal.aborted) return undefined;
    const passes = error instanceof RtpproxyConnectionError || error instanceof RtpproxyTimeoutError;
    if (first || !passes) throw error;
    const text = `rtpp-query: ${explainError(error)}\n`;
    if (redraws) return text;
    err(text);
    return undefined;
  }
}
