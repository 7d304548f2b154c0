import type { Logger } from '../log/log.ts';
import { type Culprit, runAs } from './context.ts';
import type { Module } from './module.ts';
import { within } from './patience.ts';
import { thrownStack, thrownText } from './thrown.ts';

/** How long the start of the daemon waits for a module, and its end, ms. */
const START_MS = 30_000;
const STOP_MS = 5000;

/** What an instance has delivered, and what it had to give up. */
export interface ModuleCounts {
  delivered: number;
  lost: number;
}

const HOOKS = ['sessionCreated', 'sessionEnded', 'rtcp', 'rtp', 'dtmf', 'subCommand', 'reopen'] as const;
/** What a module may have. */
export type Hook = (typeof HOOKS)[number];

/**
 * An instance of a module, and the wall around it: what fails in its code disables the instance, with one line in the log, and
 * goes no further.
 */
export class ModuleInstance implements Culprit {
  /** `acct_csv`, or `acct_csv:2` of the second instance. */
  readonly label: string;
  readonly counts: ModuleCounts = { delivered: 0, lost: 0 };
  readonly #logger: Logger;
  readonly #leave: () => void;
  #module: Module | undefined;
  #hooks: ReadonlySet<Hook> = new Set();
  #disabled = false;
  /** Set once it has been told to stop. */
  #ending: Promise<void> | undefined;

  /** `leave` has the relay show it nothing any more. It may be called twice. */
  constructor(label: string, logger: Logger, leave: () => void) {
    this.label = label;
    this.#logger = logger;
    this.#leave = leave;
  }

  /** Has started, and goes on. */
  get alive(): boolean {
    return this.#module !== undefined && !this.over;
  }

  /** It was disabled, or told to stop. */
  get over(): boolean {
    return this.#disabled || this.#ending !== undefined;
  }

  /** Whether the module has that hook, disabled or not. */
  has(hook: Hook): boolean {
    return this.#hooks.has(hook);
  }

  /** Runs the start of the module; what fails there is thrown. */
  async start(create: () => Module | Promise<Module>): Promise<void> {
    const module = await within(
      START_MS,
      runAs(this, async () => create()),
    );
    this.#hooks = runAs(this, () => hooksOf(module));
    this.#module = module;
    if (!this.#disabled) return;
    this.#ending = undefined;
    await this.stop();
    throw new Error('it has failed already');
  }

  /** Has the module do something; undefined also when it cannot. */
  run<T>(hook: Hook, work: (module: Module) => T): T | undefined {
    const module = this.#module;
    if (module === undefined || this.over) return undefined;
    try {
      return runAs(this, () => {
        const result = work(module);
        // A hook of somebody else may be an async function.
        if (result instanceof Promise) result.catch((error: unknown) => this.disable(hook, error));
        return result;
      });
    } catch (error) {
      this.disable(hook, error);
      return undefined;
    }
  }

  /** Nothing is asked of the module any more, but to stop. It throws nothing: nobody would be there to catch it. */
  disable(what: string, error: unknown): true {
    if (this.#disabled) return true;
    this.#disabled = true;
    this.#logger.log('ERR', 'modules', `module '${this.label}' is disabled: ${what}: ${thrownText(error)}`);
    const stack = thrownStack(error);
    if (stack !== undefined) this.#logger.log('DBUG', 'modules', stack);
    void this.stop();
    return true;
  }

  /** Has the module write what is left, and waits some seconds for it; the same wait whoever asks. */
  stop(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    try {
      this.#leave();
    } catch (error) {
      this.#logger.log('ERR', 'modules', `module '${this.label}' may still be shown packets: ${thrownText(error)}`);
    }
    const module = this.#module;
    if (module === undefined) return;
    try {
      await within(
        STOP_MS,
        runAs(this, async () => module.stop()),
      );
    } catch (error) {
      this.#logger.log('ERR', 'modules', `module '${this.label}' did not end: ${thrownText(error)}`);
    }
  }
}

/** The hooks that it has. @throws Error: it is no module */
function hooksOf(module: Module): Set<Hook> {
  if (typeof module !== 'object' || module === null) throw new Error('its "create" has made no module');
  for (const name of ['stop', ...HOOKS] as const) {
    const hook: unknown = module[name];
    if (hook === undefined && name !== 'stop') continue;
    if (typeof hook !== 'function') throw new Error(`its "${name}" is no function`);
  }
  return new Set(HOOKS.filter((name) => module[name] !== undefined));
}
