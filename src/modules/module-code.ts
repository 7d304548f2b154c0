import type { Culprit } from './context.ts';
import type { ModuleInstance } from './instance.ts';
import type { ModuleDefinition } from './module.ts';

/** The code of a module, as it is taken in: what that starts belongs to all instances. */
export class ModuleCode implements Culprit {
  readonly #instances: ModuleInstance[] = [];

  /** Code is taken in once, however often a module is loaded. */
  static readonly #known = new WeakMap<ModuleDefinition, ModuleCode>();

  /** Of what has that definition; undefined: it comes with the daemon. */
  static of(definition: ModuleDefinition): ModuleCode | undefined {
    return ModuleCode.#known.get(definition);
  }

  /** It has turned out to have that definition. */
  defines(definition: ModuleDefinition): void {
    if (!ModuleCode.#known.has(definition)) ModuleCode.#known.set(definition, this);
  }

  add(instance: ModuleInstance): void {
    this.#instances.push(instance);
  }

  disable(what: string, error: unknown): boolean {
    for (const instance of this.#instances) instance.disable(what, error);
    return this.#instances.length > 0;
  }
}
