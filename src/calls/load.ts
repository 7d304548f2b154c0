import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Engine } from '../addon/engine.ts';
import { rounded } from './units.ts';
import type { WorkerView } from './view.ts';

/** Milliseconds between two samples of the event loop's delay. */
const RESOLUTION_MS = 20;

/** How busy the threads were between the last two samples. */
export class LoadMeter {
  readonly #engine: Pick<Engine, 'workers'>;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #sampledAt = performance.now();
  #seconds: readonly number[];
  #workers: readonly WorkerView[] = [];
  #lag = 0;

  constructor(engine: Pick<Engine, 'workers'>) {
    this.#engine = engine;
    this.#seconds = engine.workers().map(({ cpuSeconds }) => cpuSeconds);
    this.#delay.enable();
  }

  get workers(): readonly WorkerView[] {
    return this.#workers;
  }

  /** Milliseconds by which the event loop was late at worst. */
  get lag(): number {
    return this.#lag;
  }

  sample(): void {
    const now = performance.now();
    const passed = (now - this.#sampledAt) / 1000;
    const workers = this.#engine.workers();
    this.#workers = workers.map(({ packetsPerSecond, cpuSeconds }, index) => ({
      packets_per_second: packetsPerSecond,
      load: rounded(Math.min(1, (cpuSeconds - (this.#seconds[index] ?? 0)) / passed), 3) ?? 0,
    }));
    this.#seconds = workers.map(({ cpuSeconds }) => cpuSeconds);
    this.#sampledAt = now;
    // What it measures is the whole time between two samples.
    if (this.#delay.count > 0) this.#lag = rounded(Math.max(0, this.#delay.max / 1e6 - RESOLUTION_MS), 1) ?? 0;
    this.#delay.reset();
  }

  close(): void {
    this.#delay.disable();
  }
}
