/** What a scenario's steps were found to be. */
export class Report {
  readonly #failures: string[] = [];
  #step = 0;
  #checks = 0;
  #givenUp = false;

  /** Number of expectations looked at. */
  get checks(): number {
    return this.#checks;
  }

  /** Nothing useful can be told by the steps that follow. */
  get givenUp(): boolean {
    return this.#givenUp;
  }

  /** Everything that differed; empty when all was as expected. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** What follows is about this step; the first is 1. */
  atStep(step: number): void {
    this.#step = step;
  }

  /** Notes one expectation. */
  check(met: boolean, what: string, details: readonly string[]): void {
    this.#checks += 1;
    if (!met) this.#failures.push([`step ${this.#step}: ${what}`, ...details.map((line) => `  ${line}`)].join('\n'));
  }

  /** Notes a failure that makes the rest of the scenario pointless. */
  giveUp(what: string, details: readonly string[]): void {
    this.check(false, what, details);
    this.#givenUp = true;
  }
}

const SHOWN = 300;

/** As it can be shown in one line. */
export function show(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
}
