import { setTimeout as delay } from 'node:timers/promises';
import type { CallFilter } from '../calls/source.ts';
import type { CallView, TotalsView } from '../calls/view.ts';
import { callTable } from './call-table.ts';
import { type Endpoint, EndpointError } from './endpoint.ts';
import type { CtlHost, Terminal } from './host.ts';
import { askCalls, askTotals } from './questions.ts';
import { RANKINGS, type Ranking, ranked } from './ranking.ts';
import { cut, figure, shown } from './text.ts';

/** Calls that are looked at in a turn: what one look costs the daemon is bounded. */
const MAX_CALLS = 2000;

/** Another screen without a cursor, so that what was there comes back at the end. */
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const TO_END_OF_LINE = '\x1b[K';
const TO_END_OF_SCREEN = '\x1b[J';
const QUIT = ['q', 'Q', '\x03', '\x04'];

export interface TopOptions {
  readonly filter: CallFilter;
  readonly ranking: Ranking;
  readonly intervalMs: number;
}

/** The daemon and its calls at one moment. */
interface Look {
  readonly totals: TotalsView;
  readonly calls: readonly CallView[];
}

/** Prints the calls in an order once, or draws them again and again on a terminal until `q`. @throws EndpointError */
export async function showTop(endpoint: Endpoint, options: TopOptions, host: CtlHost): Promise<void> {
  if (host.terminal === undefined) {
    const look = await lookAt(endpoint, options.filter, host.signal);
    host.out(`${[summary(look), ...callTable(ranked(look.calls, options.ranking))].join('\n')}\n`);
    return;
  }
  await new TopScreen(endpoint, options, host, host.terminal).run();
}

async function lookAt(endpoint: Endpoint, filter: CallFilter, signal: AbortSignal): Promise<Look> {
  const totals = await askTotals(endpoint, signal);
  const calls: CallView[] = [];
  for await (const page of askCalls(endpoint, filter, signal)) {
    calls.push(...page);
    if (calls.length >= MAX_CALLS) break;
  }
  return { totals, calls: calls.slice(0, MAX_CALLS) };
}

function summary({ totals, calls }: Look): string {
  const loads = totals.workers.map(({ load }) => `${figure(100 * load)} %`).join(' ');
  const some = calls.length < totals.calls ? ` (${calls.length} shown)` : '';
  const state = totals.draining ? ', draining' : '';
  return (
    `rtpproxy ${shown(totals.version)}: ${totals.calls} ${totals.calls === 1 ? 'call' : 'calls'}${some}, ${figure(totals.packets_per_second)} packets/s, ` +
    `workers ${loads || '-'}, event loop lag ${figure(totals.event_loop_lag_ms, 1)} ms${state}`
  );
}

/** What `top` shows on a terminal. */
class TopScreen {
  readonly #endpoint: Endpoint;
  readonly #options: TopOptions;
  readonly #host: CtlHost;
  readonly #terminal: Terminal;
  readonly #quit = new AbortController();
  #ranking: Ranking;
  #look: Look | undefined;
  /** Why the daemon could not be asked the last time. */
  #failure: string | undefined;

  constructor(endpoint: Endpoint, options: TopOptions, host: CtlHost, terminal: Terminal) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#host = host;
    this.#terminal = terminal;
    this.#ranking = options.ranking;
  }

  async run(): Promise<void> {
    const { signal } = this.#quit;
    const end = AbortSignal.any([signal, this.#host.signal]);
    // A wrong address or token is told at once, and on the screen that stays.
    this.#look = await lookAt(this.#endpoint, this.#options.filter, end);
    this.#host.out(ENTER);
    const stop = this.#terminal.listen(
      (key) => this.#press(key),
      () => this.#draw(),
    );
    try {
      while (!end.aborted) {
        this.#draw();
        await delay(this.#options.intervalMs, undefined, { signal: end });
        await this.#refresh(end);
      }
    } catch (error) {
      if (!end.aborted) throw error;
    } finally {
      stop();
      this.#host.out(LEAVE);
    }
  }

  /** A daemon that is started again is shown again. */
  async #refresh(signal: AbortSignal): Promise<void> {
    try {
      this.#look = await lookAt(this.#endpoint, this.#options.filter, signal);
      this.#failure = undefined;
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      this.#failure = error.message;
    }
  }

  #press(key: string): void {
    if (QUIT.includes(key)) this.#quit.abort();
    const ranking = RANKINGS.find((name) => name.startsWith(key));
    if (ranking === undefined) return;
    this.#ranking = ranking;
    this.#draw();
  }

  #draw(): void {
    if (this.#look === undefined) return;
    const { columns, rows } = this.#terminal;
    const keys = RANKINGS.map((name) => (name === this.#ranking ? name.toUpperCase() : name)).join(' ');
    const lines = [
      this.#failure === undefined ? summary(this.#look) : shown(this.#failure),
      `sorted by ${keys} (first letter); q ends`,
      ...callTable(ranked(this.#look.calls, this.#ranking).slice(0, rows)),
    ];
    const shownLines = lines.slice(0, rows).map((line) => `${cut(line, columns)}${TO_END_OF_LINE}`);
    this.#host.out(`${HOME}${shownLines.join('\r\n')}${TO_END_OF_SCREEN}`);
  }
}
