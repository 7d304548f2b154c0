import type { CallView, TotalsView } from '../calls/view.ts';

/** How the page stands with the daemon. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** `reason` is what is shown; undefined: the daemon does not answer. */
  | { readonly state: 'lost'; readonly reason: string | undefined };

export interface StreamListener {
  connection(connection: Connection): void;
  /** A stream begins: all calls are told once, then `ready`. */
  begin(): void;
  calls(calls: readonly CallView[]): void;
  ended(ids: readonly string[]): void;
  ready(): void;
  totals(totals: TotalsView): void;
}

const EVENTS = 'api/events';
const AGAIN_MS = 1000;
/** Totals come each second: a stream that is silent for so long, or does not begin, is dead. */
const SILENT_MS = 6000;

/** The events of the daemon, again and again until the page is left. */
export class CallStream {
  readonly #listener: StreamListener;
  #source: EventSource | undefined;
  #silence: number | undefined;

  constructor(listener: StreamListener) {
    this.#listener = listener;
  }

  open(): void {
    const source = new EventSource(EVENTS);
    this.#source = source;
    this.#alive();
    source.onopen = () => {
      this.#listener.begin();
      this.#listener.connection({ state: 'live' });
    };
    source.onerror = () => void this.#fail(source.readyState === EventSource.CLOSED);
    this.#on(source, 'calls', ({ calls }: { calls: readonly CallView[] }) => this.#listener.calls(calls));
    this.#on(source, 'ended', ({ ids }: { ids: readonly string[] }) => this.#listener.ended(ids));
    this.#on(source, 'ready', () => this.#listener.ready());
    this.#on(source, 'totals', (totals: TotalsView) => this.#listener.totals(totals));
  }

  #on<Data>(source: EventSource, name: string, handle: (data: Data) => void): void {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      this.#alive();
      handle(JSON.parse(event.data || 'null'));
    });
  }

  #alive(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => void this.#fail(false), SILENT_MS);
  }

  /** Which failures are followed by another try, and when, differs between browsers: so it is done here. */
  async #fail(refused: boolean): Promise<void> {
    this.#source?.close();
    clearTimeout(this.#silence);
    this.#listener.connection({ state: 'lost', reason: refused ? await refusal() : undefined });
    setTimeout(() => this.open(), AGAIN_MS);
  }
}

/** Why the daemon answered, but with no stream: an event stream does not tell its status. */
async function refusal(): Promise<string | undefined> {
  try {
    const { status } = await fetch('api/calls?limit=1');
    if (status === 401) return 'The daemon wants its token: open /?token=TOKEN once in this browser';
    if (status === 403) return 'The daemon refuses this address (--http-allow)';
    return status === 200 || status === 503 ? 'Too many pages are open' : `HTTP ${status}`;
  } catch {
    return undefined;
  }
}
