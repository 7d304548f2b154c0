/** Longer ones say no more. */
const MAX_TEXT = 500;

/** What was thrown in a line: the first one of its message. Code of others throws anything, also what is no text and cannot be made one. */
export function thrownText(thrown: unknown): string {
  try {
    const [line = ''] = String(thrown instanceof Error ? thrown.message : thrown).split('\n');
    return line.slice(0, MAX_TEXT);
  } catch {
    return 'what was thrown has no text';
  }
}

/** Where it was thrown, if that is known. */
export function thrownStack(thrown: unknown): string | undefined {
  try {
    return thrown instanceof Error && thrown.stack !== undefined ? String(thrown.stack) : undefined;
  } catch {
    return undefined;
  }
}

/** The `lines` of a ModuleStartError. Not by its class: a package of somebody else may have it from another copy of this one. */
export function thrownLines(thrown: unknown): string[] {
  try {
    return thrown instanceof Error && 'lines' in thrown && Array.isArray(thrown.lines) ? thrown.lines.map(String) : [];
  } catch {
    return [];
  }
}
