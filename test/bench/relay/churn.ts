import type { ControlClient } from '../../helpers/control-client.ts';

/** Creates and deletes sessions, so many a second, until it is ended. */
export class Churn {
  readonly #control: ControlClient;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #calls = new Set<Promise<void>>();
  #count = 0;

  constructor(control: ControlClient, perSecond: number) {
    this.#control = control;
    if (perSecond === 0) return;
    this.#timer = setInterval(() => {
      const call = this.#call(`churn-${this.#count++}`);
      this.#calls.add(call);
      void call.finally(() => this.#calls.delete(call));
    }, 1000 / perSecond);
  }

  /** Waits for the commands that are under way. Rejects when one of them failed. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#calls);
  }

  async #call(name: string): Promise<void> {
    await this.#control.command(`U ${name} 127.0.0.1 10000 from`);
    await this.#control.command(`L ${name} 127.0.0.1 10002 from to`);
    await this.#control.command(`D ${name} from to`);
  }
}
