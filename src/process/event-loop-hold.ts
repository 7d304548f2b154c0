/** The longest interval that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Keeps Node's event loop, and with it the process, alive. A daemon has one from its start to its end: calls, their reports,
 * recordings and notifications go on when no control socket is left that would do it by chance, as after the end of input of
 * `stdio:` (protocol.md 2.4).
 */
export class EventLoopHold {
  readonly #timer = setInterval(() => {}, LONGEST_MS);

  /** The process may end when nothing else is to be done. Safe to call twice. */
  release(): void {
    clearInterval(this.#timer);
  }
}
