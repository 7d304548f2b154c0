import { setImmediate as nextTurn } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DaemonFigures } from './daemon-figures.ts';
import type { Distribution } from './distribution.ts';
import { FAMILIES, type Family, type Sample } from './families.ts';
import { openFiles } from './open-files.ts';

/** Metrics of prom-client about the process that are kept: those whose series do not come and go. */
const KEPT = /^(process_(?!open_fds)|nodejs_eventloop_lag_|nodejs_(heap_size|external_memory)_)/;

/** The figures of the daemon, as Prometheus reads them: read at each scrape, and kept nowhere else. */
export class PrometheusMetrics {
  readonly #registry = new Registry();
  readonly #read: () => DaemonFigures;
  #figures: DaemonFigures;
  /** Two scrapes at once would mix their moments. */
  #last: Promise<unknown> = Promise.resolve();
  /** The one behind that, which everybody gets who asks before it begins. */
  #waiting: Promise<string> | undefined;
  #closed = false;

  /** `read` tells everything at one moment. */
  constructor(read: () => DaemonFigures) {
    this.#read = read;
    this.#figures = read();
    for (const family of FAMILIES) this.#add(family);
    this.#addProcess();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /**
   * All metrics, in the text format. They are made over several turns of the event loop: what the main thread counts goes on
   * meanwhile, everything else is of one moment.
   */
  text(): Promise<string> {
    if (this.#waiting !== undefined) return this.#waiting;
    const text = this.#last.then(() => {
      this.#waiting = undefined;
      return this.#make();
    });
    this.#waiting = text;
    this.#last = text.catch(() => {});
    return text;
  }

  /** Nobody is there any more to whom scrapes that have not begun could be given. */
  close(): void {
    this.#closed = true;
  }

  async #make(): Promise<string> {
    if (this.#closed) return '';
    this.#figures = this.#read();
    const parts: string[] = [];
    for (const { name } of this.#registry.getMetricsAsArray()) {
      parts.push(await this.#registry.getSingleMetricAsString(name));
      // Some take 0.3 ms: commands do not wait for more than one.
      await nextTurn();
    }
    return `${parts.join('\n\n')}\n`;
  }

  #add(family: Family): void {
    const { name, help } = family;
    const registers = [this.#registry];
    if (family.type === 'histogram') {
      new DistributionMetric({ name, help, registers }, () => family.read(this.#figures));
      return;
    }
    const samples = (): readonly Sample[] => samplesOf(family.read(this.#figures));
    const labelNames = Object.keys(samples()[0]?.labels ?? {});
    if (family.type === 'gauge') addGauge({ name, help, labelNames, registers }, samples);
    else addCounter({ name, help, labelNames, registers }, samples);
  }

  #addProcess(): void {
    const own = new Set(FAMILIES.map(({ name }) => name));
    collectDefaultMetrics({ register: this.#registry });
    for (const { name } of this.#registry.getMetricsAsArray()) {
      if (!own.has(name) && !KEPT.test(name)) this.#registry.removeSingleMetric(name);
    }
    new Gauge({
      name: 'process_open_fds',
      help: 'Number of open file descriptors.',
      registers: [this.#registry],
      async collect() {
        this.set(await openFiles());
      },
    });
  }
}

interface Names {
  readonly name: string;
  readonly help: string;
  readonly registers: Registry[];
}

interface LabelledNames extends Names {
  readonly labelNames: string[];
}

function samplesOf(values: number | readonly Sample[]): readonly Sample[] {
  return typeof values === 'number' ? [{ labels: {}, value: values }] : values;
}

function addGauge(names: LabelledNames, samples: () => readonly Sample[]): void {
  new Gauge({
    ...names,
    collect() {
      for (const { labels, value } of samples()) this.set(labels, value);
    },
  });
}

/** Counters of several threads are not read at one instant: what seems to fall in a difference of two waits until it rises. */
function addCounter(names: LabelledNames, samples: () => readonly Sample[]): void {
  const before: number[] = [];
  new Counter({
    ...names,
    collect() {
      for (const [index, { labels, value }] of samples().entries()) {
        const last = before[index] ?? 0;
        this.inc(labels, Math.max(0, value - last));
        before[index] = Math.max(last, value);
      }
    },
  });
}

/** A histogram that is counted elsewhere. */
class DistributionMetric extends Histogram<'le'> {
  readonly #name: string;
  readonly #distribution: () => Distribution;
  readonly #base: ReturnType<Histogram<'le'>['get']>;

  constructor(names: Names, distribution: () => Distribution) {
    super({ ...names, buckets: [...distribution().bounds] });
    this.#name = names.name;
    // One that nobody scrapes: what a histogram tells besides its values.
    this.#base = new Histogram({ ...names, registers: [] }).get();
    this.#distribution = distribution;
  }

  override async get() {
    const distribution = this.#distribution();
    const { count, sum, bounds } = distribution;
    const bucket = (le: string | number, value: number) => ({
      metricName: `${this.#name}_bucket`,
      labels: { le },
      value,
    });
    const buckets = distribution.cumulative().map((value, index) => bucket(bounds[index] ?? '', value));
    const values = [
      ...buckets,
      bucket('+Inf', count),
      { metricName: `${this.#name}_sum`, labels: {}, value: sum },
      { metricName: `${this.#name}_count`, labels: {}, value: count },
    ];
    return { ...(await this.#base), values };
  }

  /** What a scrape takes. */
  getForPromString() {
    return this.get();
  }
}
