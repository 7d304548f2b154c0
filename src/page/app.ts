import type { CallView, TotalsView } from '../calls/view.ts';
import { CallList } from './call-list.ts';
import { moved } from './cursor.ts';
import { DETAIL_ID, detailPage } from './detail.ts';
import { DetailWatch } from './detail-watch.ts';
import type { Entry } from './entry.ts';
import { type Command, commandOf, type Focus } from './keys.ts';
import { FILTER_ID, list } from './list.ts';
import type { Actions, DetailModel, Model } from './model.ts';
import { FIRST_ORDER, type Order, orderBy } from './order.ts';
import { html, render } from './preact.js';
import { callOfRoute, callRoute } from './route.ts';
import { CallStream, type Connection, type StreamListener } from './stream.ts';
import { TABLE_ID } from './table.ts';
import { Theme } from './theme.ts';
import { header } from './totals.ts';

/** Ages are shown in seconds. */
const TICK_MS = 1000;

/** The page: what it knows, what its user does, and when it is drawn: at most once a frame. */
export class App implements StreamListener, Actions {
  readonly #place: Element;
  readonly #calls = new CallList();
  readonly #watch = new DetailWatch((shown) => this.#show(shown));
  readonly #theme = new Theme(() => this.#draw());
  #connection: Connection = { state: 'connecting' };
  #totals: TotalsView | undefined;
  #ready = false;
  #filter = '';
  #order: Order = FIRST_ORDER;
  /** As they were drawn last. */
  #rows: readonly Entry[] = [];
  #cursor: string | undefined;
  #detail: DetailModel | undefined;
  /** Where the focus goes once it is drawn. */
  #focus: string | undefined;
  #frame: number | undefined;
  /** Of the last drawing, in milliseconds. */
  #now = 0;

  constructor(place: Element) {
    this.#place = place;
  }

  start(): void {
    addEventListener('hashchange', () => this.#follow());
    addEventListener('keydown', (event) => this.#press(event));
    setInterval(() => this.#draw(), TICK_MS);
    new CallStream(this).open();
    this.#follow();
  }

  connection(connection: Connection): void {
    this.#connection = connection;
    this.#draw();
  }

  begin(): void {
    this.#calls.begin();
  }

  calls(calls: readonly CallView[]): void {
    this.#calls.put(calls, performance.now());
    this.#draw();
  }

  ended(ids: readonly string[]): void {
    this.#calls.remove(ids);
    this.#draw();
  }

  ready(): void {
    this.#calls.ready();
    this.#ready = true;
    this.#draw();
  }

  totals(totals: TotalsView): void {
    this.#totals = totals;
    this.#draw();
  }

  filter(text: string): void {
    this.#filter = text;
    this.#draw();
  }

  sort(key: string): void {
    this.#order = orderBy(key, this.#order);
    this.#draw();
  }

  toggleTheme(): void {
    this.#theme.toggle();
    this.#draw();
  }

  open(id: string): void {
    this.#cursor = id;
    location.hash = callRoute(id);
  }

  close(): void {
    location.hash = '';
  }

  /** Shows what the address of the page names. */
  #follow(): void {
    const id = callOfRoute(location.hash);
    if (id === undefined) {
      if (this.#detail !== undefined) this.#focus = TABLE_ID;
      this.#detail = undefined;
    } else {
      this.#cursor = id;
      this.#focus = DETAIL_ID;
    }
    this.#watch.show(id);
    this.#draw();
  }

  #show(detail: DetailModel): void {
    this.#detail = detail;
    this.#draw();
  }

  #press(event: KeyboardEvent): void {
    const command = commandOf(event, focusOf(event.target), this.#detail === undefined);
    if (command === undefined) return;
    event.preventDefault();
    this.#run(command);
  }

  #run(command: Command): void {
    if (command === 'filter') this.#goToFilter();
    else if (command === 'back') this.#goBack();
    else if (command === 'open') {
      if (this.#cursor !== undefined) this.open(this.#cursor);
    } else this.#move(command);
  }

  #move(command: Command): void {
    const cursor = moved(this.#rows, this.#cursor, command);
    if (this.#detail !== undefined && cursor !== undefined) this.open(cursor);
    this.#cursor = cursor;
    if (this.#detail === undefined) this.#focusOn(TABLE_ID);
    this.#draw();
  }

  #goToFilter(): void {
    if (this.#detail !== undefined) this.close();
    this.#focusOn(FILTER_ID);
    this.#draw();
  }

  #goBack(): void {
    if (this.#detail !== undefined) this.close();
    else this.filter('');
    this.#focusOn(TABLE_ID);
  }

  #draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#render();
    });
  }

  #render(): void {
    // What is known of a daemon that does not answer grows no older.
    if (this.#connection.state === 'live') this.#now = performance.now();
    this.#rows = this.#calls.select(this.#filter, this.#order, this.#now);
    const model = this.#model();
    const { detail } = model;
    const body = detail === undefined ? list(model, this) : detailPage(model, detail, this);
    render(html`<div class="page">${header(model, this)}${body}</div>`, this.#place);
    this.#focusOn(this.#focus);
  }

  /** Now, or once it is drawn. */
  #focusOn(id: string | undefined): void {
    const target = id === undefined ? null : document.getElementById(id);
    target?.focus({ preventScroll: true });
    this.#focus = target === null ? id : undefined;
  }

  #model(): Model {
    return {
      connection: this.#connection,
      totals: this.#totals,
      rows: this.#rows,
      known: this.#calls.size,
      ready: this.#ready,
      filter: this.#filter,
      order: this.#order,
      cursor: this.#cursor,
      detail: this.#detail,
      dark: this.#theme.dark,
      now: this.#now,
    };
  }
}

function focusOf(target: EventTarget | null): Focus {
  if (target instanceof HTMLInputElement) return 'field';
  return target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement ? 'control' : 'elsewhere';
}
