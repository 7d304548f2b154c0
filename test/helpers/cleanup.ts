import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whose end is waited for: a test's context, or `{ after }` of node:test for a whole file or suite. */
export interface TestScope {
  after(step: () => Promise<void>): void;
}

const steps = new WeakMap<TestScope, (() => void | Promise<void>)[]>();
const directories = new Set<string>();

// The last resort when the test process ends without its `after` hooks.
process.on('exit', () => {
  for (const directory of directories) removeDirectory(directory);
});

/**
 * Runs the step when the test ends, whatever its result. The last step runs first, and a step that fails does not keep
 * the others from running (node:test's own `after` does neither); the failures then fail the test.
 */
export function atEnd(scope: TestScope, step: () => void | Promise<void>): void {
  const known = steps.get(scope);
  if (known !== undefined) {
    known.push(step);
    return;
  }
  const list = [step];
  steps.set(scope, list);
  scope.after(async () => {
    const failures: unknown[] = [];
    for (let next = list.pop(); next !== undefined; next = list.pop()) {
      try {
        await next();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('\n'));
  });
}

/** A new directory below the system's temporary one; it and all that is in it go when the test ends. */
export function temporaryDirectory(scope: TestScope): string {
  const directory = mkdtempSync(join(tmpdir(), 'rtpproxy-test-'));
  directories.add(directory);
  atEnd(scope, () => removeDirectory(directory));
  return directory;
}

function removeDirectory(directory: string): void {
  directories.delete(directory);
  rmSync(directory, { recursive: true, force: true });
}
