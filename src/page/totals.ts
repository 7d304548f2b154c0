import type { TotalsView, WorkerView } from '../calls/view.ts';
import { duration, percent, tenths, whole } from './format.ts';
import type { Actions, Model } from './model.ts';
import { type Child, html, type VNode } from './preact.js';
import type { Connection } from './stream.ts';

/** Workers that have a meter of their own; more share a line. */
const MAX_METERS = 16;
/** Share of a processor at which a worker has little left. */
const BUSY = 0.8;

/** Top of the page: the daemon, its totals and its workers. */
export function header(model: Model, actions: Actions): VNode {
  const { totals, connection, dark } = model;
  return html`<header>
    <div class="bar">
      <h1>rtpproxy <span class="quiet">${totals?.version ?? ''}</span></h1>
      ${connectionMark(connection, totals)}
      <button class="theme" title=${dark ? 'Change to light' : 'Change to dark'} onClick=${() => actions.toggleTheme()}>
        <span aria-hidden="true">${dark ? '☾' : '☀'}</span> ${dark ? 'Dark' : 'Light'}
      </button>
    </div>
    <dl class="totals">
      ${figure('Calls', totals && whole(totals.calls), '')}
      ${figure('Since start', totals && whole(totals.calls_created), '')}
      ${figure('Packets', totals && whole(totals.packets_per_second), '/s')}
      ${figure('Event loop lag', totals && tenths(totals.event_loop_lag_ms), 'ms')}
      ${figure('Up', totals && duration((Date.now() - Date.parse(totals.started_at)) / 1000), '')}
      <div class="workers">
        <dt>Workers</dt>
        <dd>${totals === undefined ? '–' : workers(totals.workers)}</dd>
      </div>
    </dl>
  </header>`;
}

function connectionMark(connection: Connection, totals: TotalsView | undefined): VNode {
  const [kind, sign, text] = connectionText(connection, totals);
  return html`<p class=${`connection ${kind}`} role="status"><span aria-hidden="true">${sign}</span> ${text}</p>`;
}

function connectionText(connection: Connection, totals: TotalsView | undefined): [string, string, string] {
  if (connection.state === 'connecting') return ['idle', '○', 'Connecting'];
  if (connection.state === 'lost') return ['bad', '■', connection.reason ?? 'Disconnected, trying again every second'];
  if (totals?.draining) return ['fair', '▲', 'Draining: no new calls'];
  return ['good', '●', 'Live'];
}

function figure(name: string, value: string | undefined, unit: string): VNode {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value ?? '–'}${unit === '' ? '' : html`<span class="unit"> ${unit}</span>`}</dd>
  </div>`;
}

function workers(all: readonly WorkerView[]): Child {
  const more = all.slice(MAX_METERS);
  const load = more.reduce((sum, worker) => sum + worker.load, 0) / more.length;
  return html`<ol>
    ${all.slice(0, MAX_METERS).map((worker, index) => meter(`${index}`, worker))}
    ${more.length === 0 ? '' : html`<li>and ${more.length} more with ${percent(load)} each</li>`}
  </ol>`;
}

function meter(name: string, worker: WorkerView): VNode {
  const load = Math.min(1, worker.load);
  const text = `Worker ${name}: ${percent(load)} of a processor, ${whole(worker.packets_per_second)} packets/s`;
  return html`<li title=${text}>
    <span class="track" role="img" aria-label=${text}>
      <span class=${load >= BUSY ? 'fill busy' : 'fill'} style=${{ width: `${load * 100}%` }}></span>
    </span>
    <span class="load" aria-hidden="true">${percent(load)}</span>
  </li>`;
}
