import type UPlot from 'uplot';
import type { Slice, SliceLeg } from '../calls/view.ts';
import { tenths } from './format.ts';
import { Component, html, type VNode } from './preact.js';

/** What `uplot.js` makes. */
declare const uPlot: typeof UPlot;

/** What a graph shows of each leg, over the last minutes. */
export interface Measure {
  readonly title: string;
  readonly unit: string;
  readonly value: (slice: SliceLeg) => number | null;
  /** The scale has at least that. */
  readonly range: readonly [number, number];
}

export interface GraphProps {
  readonly measure: Measure;
  readonly slices: readonly Slice[];
  readonly dark: boolean;
}

const HEIGHT_PX = 130;
/** Graphs of one call have their cursors at the same time. */
const SYNC = 'call';

/** A graph of one measure of both legs: the caller's line is solid, the callee's dashed. */
export class Graph extends Component<GraphProps> {
  #place: HTMLElement | null = null;
  #plot: UPlot | undefined;
  readonly #resized = new ResizeObserver(() => this.#fit());

  override componentDidMount(): void {
    this.#make();
    if (this.#place !== null) this.#resized.observe(this.#place);
  }

  override componentDidUpdate(previous: GraphProps): void {
    if (previous.dark !== this.props.dark) this.#make();
    else if (previous.slices !== this.props.slices) this.#plot?.setData(dataOf(this.props));
  }

  override componentWillUnmount(): void {
    this.#resized.disconnect();
    this.#plot?.destroy();
  }

  override render({ measure }: GraphProps): VNode {
    const { title, unit } = measure;
    return html`<figure class="graph">
      <figcaption>${title} <span class="unit">${unit}</span></figcaption>
      <div
        role="img"
        aria-label=${description(this.props)}
        ref=${(place: HTMLElement | null) => {
          this.#place = place;
        }}
      ></div>
    </figure>`;
  }

  #make(): void {
    this.#plot?.destroy();
    if (this.#place === null) return;
    const { clientWidth } = this.#place;
    this.#plot = new uPlot(
      options(this.props.measure, clientWidth, colours(this.#place)),
      dataOf(this.props),
      this.#place,
    );
  }

  #fit(): void {
    if (this.#place !== null) this.#plot?.setSize({ width: this.#place.clientWidth, height: HEIGHT_PX });
  }
}

interface Colours {
  readonly text: string;
  readonly grid: string;
  readonly caller: string;
  readonly callee: string;
}

/** A canvas takes no variables of the style sheet, only what they come to. */
function colours(place: HTMLElement): Colours {
  const probe = document.createElement('span');
  place.append(probe);
  const colour = (name: string) => {
    probe.className = name;
    return getComputedStyle(probe).color;
  };
  const found = { text: colour('quiet'), grid: colour('grid'), caller: colour('caller'), callee: colour('callee') };
  probe.remove();
  return found;
}

function options(measure: Measure, width: number, colour: Colours): UPlot.Options {
  const [least, most] = measure.range;
  const axis = {
    stroke: colour.text,
    font: '11px system-ui',
    grid: { stroke: colour.grid, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT_PX,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: SYNC }, drag: { x: false, y: false }, y: false },
    scales: { y: { range: (_, min, max) => [Math.min(least, min ?? least), Math.max(most, max ?? most)] } },
    axes: [
      { ...axis, size: 24, values: '{HH}:{mm}:{ss}', space: 70 },
      { ...axis, size: 44, space: 26 },
    ],
    series: [
      {},
      { stroke: colour.caller, width: 1.5, points: { show: false } },
      { stroke: colour.callee, width: 1.5, dash: [5, 3], points: { show: false } },
    ],
  };
}

function dataOf({ measure, slices }: GraphProps): UPlot.AlignedData {
  return [
    slices.map(({ at }) => Date.parse(at) / 1000),
    slices.map(({ caller }) => measure.value(caller)),
    slices.map(({ callee }) => measure.value(callee)),
  ];
}

function description({ measure, slices }: GraphProps): string {
  const last = slices.at(-1);
  const say = (leg: SliceLeg | undefined) => tenths(leg === undefined ? null : measure.value(leg));
  return `${measure.title}, caller ${say(last?.caller)}, callee ${say(last?.callee)}`;
}
