/** The greatest magnitude of a channel, and the first frame that has it. */
export interface Peak {
  readonly magnitude: number;
  readonly frame: number;
}

/** Finds the peaks of what goes by. */
export class PeakMeter {
  readonly #peaks: { magnitude: number; frame: number }[];
  #frames = 0;

  constructor(channels: number) {
    this.#peaks = Array.from({ length: channels }, () => ({ magnitude: 0, frame: 0 }));
  }

  get peaks(): readonly Peak[] {
    return this.#peaks;
  }

  /** `samples`: whole frames, channels side by side. */
  add(samples: Int16Array): void {
    const channels = this.#peaks.length;
    this.#peaks.forEach((peak, channel) => {
      for (let at = channel; at < samples.length; at += channels) {
        const magnitude = Math.abs(samples[at] ?? 0);
        if (magnitude <= peak.magnitude) continue;
        peak.magnitude = magnitude;
        peak.frame = this.#frames + (at - channel) / channels;
      }
    });
    this.#frames += samples.length / channels;
  }
}
