import { COLUMNS, type Column } from './columns.ts';
import type { Actions, Model } from './model.ts';
import type { Order } from './order.ts';
import { type Child, Component, html, type VNode } from './preact.js';
import { ageOf, CallRow, rowId } from './row.ts';
import { type RowWindow, rowWindow, scrollTo } from './window.ts';

/** Of a row, and of the head; as style.css has them. */
const ROW_PX = 44;
const HEAD_PX = 40;

/** The table, which the keyboard moves in. */
export const TABLE_ID = 'calls';

export interface TableProps {
  readonly model: Model;
  readonly actions: Actions;
}

/** The calls. Only the rows that can be seen are made, so thousands of calls cost no more than a few. */
export class CallTable extends Component<TableProps> {
  #view: HTMLElement | null = null;
  #shown: RowWindow = { first: 0, end: 0 };
  readonly #resized = new ResizeObserver(() => this.#scrolled());

  override componentDidMount(): void {
    if (this.#view !== null) this.#resized.observe(this.#view);
    this.#follow();
  }

  override componentWillUnmount(): void {
    this.#resized.disconnect();
  }

  override componentDidUpdate(previous: TableProps): void {
    if (previous.model.cursor !== this.props.model.cursor) this.#follow();
  }

  override render({ model, actions }: TableProps): Child {
    const { rows, order, cursor, now } = model;
    this.#shown = this.#window();
    const { first, end } = this.#shown;
    // By their places: a row that scrolls out at one end is used again at the other one.
    const visible = rows.slice(first, end);
    const active = visible.find(({ call }) => call.id === cursor);
    return html`<div
      class="scroller"
      ref=${(view: HTMLElement | null) => {
        this.#view = view;
      }}
      onScroll=${() => this.#scrolled()}
    >
      <table
        id=${TABLE_ID}
        role="grid"
        tabindex="0"
        aria-label="Calls"
        aria-rowcount=${rows.length + 1}
        aria-activedescendant=${active === undefined ? undefined : rowId(active.call.id)}
      >
        <colgroup>${COLUMNS.map(({ key }) => html`<col class=${`col-${key}`} />`)}</colgroup>
        <thead><tr aria-rowindex="1">${COLUMNS.map((column) => headCell(column, order, actions))}</tr></thead>
        ${room(first)}
        <tbody>
          ${visible.map(
            (entry, place) => html`<${CallRow}
              key=${(first + place) % (end - first)}
              entry=${entry}
              index=${first + place}
              atCursor=${entry.call.id === cursor}
              age=${ageOf(entry, now)}
              open=${(id: string) => actions.open(id)}
            />`,
          )}
        </tbody>
        ${room(rows.length - end)}
      </table>
    </div>`;
  }

  #window(): RowWindow {
    const { rows } = this.props.model;
    return rowWindow(rows.length, ROW_PX, this.#view?.scrollTop ?? 0, this.#view?.clientHeight ?? innerHeight);
  }

  #scrolled(): void {
    const { first, end } = this.#window();
    if (first !== this.#shown.first || end !== this.#shown.end) this.forceUpdate();
  }

  /** Scrolls to the call that the keyboard is at. */
  #follow(): void {
    const { rows, cursor } = this.props.model;
    const place = rows.findIndex(({ call }) => call.id === cursor);
    if (place === -1 || this.#view === null) return;
    const { scrollTop, clientHeight } = this.#view;
    this.#view.scrollTop = scrollTo(place, ROW_PX, scrollTop, clientHeight - HEAD_PX);
  }
}

/** Takes the place of rows that are not made. */
function room(rows: number): VNode {
  return html`<tbody aria-hidden="true"><tr style=${{ height: `${rows * ROW_PX}px` }}></tr></tbody>`;
}

function headCell(column: Column, order: Order, actions: Actions): VNode {
  const { key, title, unit, help, numeric } = column;
  const sorting = order.key === key;
  const direction = order.descending ? 'descending' : 'ascending';
  const arrow = sorting && html`<span class="arrow" aria-hidden="true">${order.descending ? '↓' : '↑'}</span>`;
  return html`<th scope="col" class=${numeric ? 'figure' : ''} aria-sort=${sorting ? direction : undefined}>
    <button title=${help} onClick=${() => actions.sort(key)}>
      <span>${numeric ? arrow : title}${numeric ? title : arrow}</span>
      <span class="unit">${unit}</span>
    </button>
  </th>`;
}
