import type { CallView, LegView } from '../calls/view.ts';
import { addressOf, codecOf, extrasOf } from './columns.ts';
import { type Entry, elapsedOf } from './entry.ts';
import { duration, hundredths, NOTHING, tenths, whole } from './format.ts';
import { healthOf, jitterLevel, lossLevel, mosLevel } from './health.ts';
import { figureMark, plain, stateMark } from './marks.ts';
import { type Child, Component, html, type VNode } from './preact.js';
import { callRoute } from './route.ts';

export interface RowProps {
  readonly entry: Entry;
  /** Place in the whole table, from 0. */
  readonly index: number;
  readonly atCursor: boolean;
  /** Age of the call in whole seconds. */
  readonly age: number;
  readonly open: (id: string) => void;
}

/** The element of a call in the table. */
export function rowId(id: string): string {
  return `call-${encodeURIComponent(id)}`;
}

/** Age of a call now, in whole seconds. */
export function ageOf(entry: Entry, now: number): number {
  return Math.floor(entry.call.duration_s + elapsedOf(entry, now));
}

/** A call in the table: the caller's figures, below them the callee's. */
export class CallRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const { entry, index, atCursor, age } = this.props;
    return next.entry !== entry || next.index !== index || next.atCursor !== atCursor || next.age !== age;
  }

  override render({ entry, index, atCursor, age, open }: RowProps): Child {
    const { call } = entry;
    return html`<tr
      id=${rowId(call.id)}
      class=${atCursor ? 'call cursor' : 'call'}
      aria-rowindex=${index + 2}
      aria-selected=${atCursor}
      onClick=${(event: MouseEvent) => clicked(event, () => open(call.id))}
    >
      <td>${healthCell(call, age - call.duration_s)}</td>
      <td class="name">
        <a href=${callRoute(call.id)} tabindex="-1" title=${call.call_id}>${call.call_id}</a>
        <div class="quiet" title=${call.from_tag}>${call.from_tag}${call.media === '0' ? '' : ` · medium ${call.media}`}</div>
      </td>
      <td class="figure">${duration(age)}</td>
      <td class="parties">
        <div><span class="who">Caller</span>${addressLine(call.caller)}</div>
        <div><span class="who">Callee</span>${addressLine(call.callee)}</div>
      </td>
      ${legCell(call, 'codec', (leg) => plain(codecOf(leg) ?? NOTHING))}
      ${legCell(call, 'figure', (leg) => plain(whole(leg.packets_per_second)))}
      ${legCell(call, 'figure', (leg) => figureMark(lossLevel(leg.loss_percent), tenths(leg.loss_percent)))}
      ${legCell(call, 'figure', (leg) => figureMark(jitterLevel(leg.jitter_ms), tenths(leg.jitter_ms)))}
      ${legCell(call, 'figure', (leg) => figureMark(mosLevel(leg.mos_lq), hundredths(leg.mos_lq)))}
      ${legCell(call, 'latch', latchLine)}
      ${legCell(call, 'figure', (leg) => plain(whole(leg.ignored_packets)))}
      ${legCell(call, 'extras', (leg) => extrasOf(leg).join(' '))}
    </tr>`;
  }
}

/** A click into a row opens the call; one on its link with a key held is the browser's. */
function clicked(event: MouseEvent, open: () => void): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
}

function healthCell(call: CallView, elapsed: number): VNode {
  const { level, word } = healthOf(call, elapsed);
  return stateMark(level, word);
}

function legCell(call: CallView, kind: string, line: (leg: LegView) => Child): VNode {
  return html`<td class=${kind}><div>${line(call.caller)}</div><div>${line(call.callee)}</div></td>`;
}

/** The address in use; one that was only signalled is told from it. */
function addressLine(leg: LegView): Child {
  const address = addressOf(leg);
  if (address === null) return html`<span class="quiet">no address yet</span>`;
  if (leg.remote_address !== null)
    return html`<span class="address" title=${`${address}, ${leg.remote_origin}`}>${address}</span>`;
  return html`<span class="address quiet" title=${`${address}, signalled, no packet yet`}>${address}</span>`;
}

function latchLine(leg: LegView): Child {
  if (leg.latch_state === 'contested') return figureMark('fair', leg.latch_state);
  return html`<span class=${leg.latch_state === 'latched' ? '' : 'quiet'}>${leg.latch_state}</span>`;
}
