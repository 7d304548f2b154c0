import type { Actions, Model } from './model.ts';
import { html, type VNode } from './preact.js';
import { CallTable } from './table.ts';

const EXAMPLE = "rtpp-query -s udp:127.0.0.1:22222 'U call-1 192.0.2.10 4000 from-tag'";

/** The field of the filter, which `/` goes to. */
export const FILTER_ID = 'filter';

/** The calls, with a filter. */
export function list(model: Model, actions: Actions): VNode {
  const { rows, known, filter, connection } = model;
  return html`<main class=${connection.state === 'live' ? '' : 'stale'}>
    <div class="tools">
      <input
        id=${FILTER_ID}
        type="search"
        value=${filter}
        maxlength="200"
        placeholder="Filter: Call-ID, address, codec, state, mos<3.6, loss>1"
        aria-label="Filter calls"
        autocomplete="off"
        spellcheck="false"
        onInput=${(event: InputEvent) => actions.filter((event.currentTarget as HTMLInputElement).value)}
      />
      <p>${filter === '' ? `${known} calls` : `${rows.length} of ${known} calls`}</p>
      <p class="keys" aria-hidden="true"><kbd>/</kbd> filter <kbd>↑</kbd> <kbd>↓</kbd> move <kbd>Enter</kbd> open <kbd>Esc</kbd> back</p>
    </div>
    ${rows.length > 0 ? html`<${CallTable} model=${model} actions=${actions} />` : empty(model, actions)}
  </main>`;
}

/** No call is shown: why, and what to do. */
function empty(model: Model, actions: Actions): VNode {
  const { known, ready, connection } = model;
  if (known > 0) {
    return html`<section class="empty">
      <h2>No call fits the filter</h2>
      <button onClick=${() => actions.filter('')}>Show all calls</button>
    </section>`;
  }
  if (!ready)
    return html`<section class="empty"><h2>${connection.state === 'lost' ? 'Disconnected' : 'Connecting'}</h2></section>`;
  return html`<section class="empty">
    <h2>No calls</h2>
    <p>A call shows here as soon as the SIP proxy sends its offer (<code>U</code>) to this daemon.</p>
    <p>
      None although there are calls? The proxy’s <code>rtpproxy_sock</code> and the daemon’s <code>-s</code> have to name the same socket.
      By hand:
    </p>
    <pre>${EXAMPLE}</pre>
  </section>`;
}
