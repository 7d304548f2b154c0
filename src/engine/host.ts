import { loadNative } from './binding.ts';
import { EngineError } from './errors.ts';

// What Node cannot ask or set of the system itself.

/** The local address that the kernel would use towards a numeric address; undefined without a route. */
export function sourceAddress(host: string): string | undefined {
  return loadNative().sourceAddress(host) ?? undefined;
}

/** Sets the limit of open files, soft and hard. Throws EngineError (EPERM to raise it without privileges). */
export function setFileLimit(count: number): void {
  const errno = loadNative().setFileLimit(count);
  if (errno !== 0) throw new EngineError(errno, 'setrlimit');
}

/** Hard limit of open files. */
export function fileLimit(): number {
  return loadNative().fileLimit();
}
