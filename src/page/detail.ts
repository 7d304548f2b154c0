import type { CallView, Finding, LegView, Slice, SliceLeg } from '../calls/view.ts';
import { duration } from './format.ts';
import { Graph, type Measure } from './graph.ts';
import { healthOf } from './health.ts';
import { FIGURE_GROUPS, type LegFigure } from './leg-figures.ts';
import { figureMark, stateMark } from './marks.ts';
import type { Actions, DetailModel, Model } from './model.ts';
import { type Child, html, type VNode } from './preact.js';

const SLICE_S = 5;

const MEASURES: readonly Measure[] = [
  { title: 'Rate', unit: 'packets/s', value: ({ packets }) => packets / SLICE_S, range: [0, 60] },
  { title: 'Lost or late', unit: '%', value: missing, range: [0, 5] },
  { title: 'MOS', unit: '1–4.5', value: ({ mos_lq }) => mos_lq, range: [1, 4.5] },
];

const NOTICES: Readonly<Record<DetailModel['state'], string>> = {
  loading: 'Loading',
  shown: '',
  ended: 'This call has ended: this is the last that is known.',
  absent: 'There is no such call. It has ended, or the daemon was restarted.',
  failed: 'The daemon does not answer: this is the last that is known.',
};

/** The heading of a call, which the keyboard is at when it is opened. */
export const DETAIL_ID = 'call';

/** One call with all that is known of it. */
export function detailPage(model: Model, shown: DetailModel, actions: Actions): VNode {
  const { detail } = shown;
  return html`<main class="detail">
    <div class="tools">
      <button onClick=${() => actions.close()}>← All calls</button>
      <p class="keys" aria-hidden="true"><kbd>Esc</kbd> back <kbd>j</kbd> <kbd>k</kbd> next, previous call</p>
    </div>
    <p class=${`notice ${shown.state}`} role="status">${NOTICES[shown.state]}</p>
    ${
      detail !== undefined && [
        heading(detail.call),
        findings(detail.findings),
        html`<div class="halves">${figures(detail.call)}${graphs(detail.slices, model.dark)}</div>`,
      ]
    }
  </main>`;
}

function heading(call: CallView): VNode {
  const { level, word } = healthOf(call, 0);
  const medium = call.media === '0' ? '' : `, medium ${call.media}`;
  return html`<div class="heading">
    <h2 id=${DETAIL_ID} tabindex="-1">${call.call_id}</h2>
    <p>
      ${stateMark(level, word)} <span class="quiet">from-tag ${call.from_tag}${medium}</span>
      <span>${duration(call.duration_s)}</span>
      <span class="quiet">ends in ${duration(call.ttl_s)} without media</span>
    </p>
  </div>`;
}

function findings(all: readonly Finding[]): VNode {
  const problems = all.filter(({ severity }) => severity === 'problem');
  return html`<section class="findings" aria-label="What the figures say">
    <ul>
      ${problems.length === 0 && html`<li>${stateMark('good', 'Nothing is wrong, as far as the figures say.')}</li>`}
      ${problems.map((finding) => html`<li class="problem">${stateMark('bad', finding.text)}${advice(finding)}</li>`)}
      ${all.filter(({ severity }) => severity === 'info').map(({ text }) => html`<li>${stateMark('idle', text)}</li>`)}
    </ul>
  </section>`;
}

function advice({ advice: text }: Finding): Child {
  return text !== null && html`<p class="advice">${text}</p>`;
}

function figures(call: CallView): VNode {
  return html`<table class="figures">
    <thead><tr><td></td><th scope="col">Caller</th><th scope="col">Callee</th></tr></thead>
    ${FIGURE_GROUPS.map(
      (group) => html`<tbody>
        <tr><th colspan="3" scope="rowgroup">${group.title}</th></tr>
        ${group.figures.map(
          (figure) => html`<tr>
            <th scope="row">${figure.name}</th>
            ${legFigure(call.caller, figure)}${legFigure(call.callee, figure)}
          </tr>`,
        )}
      </tbody>`,
    )}
  </table>`;
}

function legFigure(leg: LegView, { text, level }: LegFigure): VNode {
  return html`<td>${figureMark(level?.(leg) ?? 'good', text(leg))}</td>`;
}

function graphs(slices: readonly Slice[], dark: boolean): VNode {
  return html`<section class="graphs" aria-label="The last minutes">
    <p class="legend"><span class="caller">Caller</span><span class="callee">Callee</span></p>
    ${MEASURES.map((measure) => html`<${Graph} measure=${measure} slices=${slices} dark=${dark} />`)}
  </section>`;
}

function missing({ packets, lost_packets, late_packets }: SliceLeg): number | null {
  const sent = packets + lost_packets;
  return sent === 0 ? null : (100 * (lost_packets + late_packets)) / sent;
}
