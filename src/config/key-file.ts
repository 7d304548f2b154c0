import { ConfigError } from './config-error.ts';
import { readSecret } from './secret-file.ts';

const MAX_BYTES = 512;

/** The key in the first line of a file; `option` is who names the file. @throws ConfigError */
export function readKeyFile(option: string, file: string, warn: (text: string) => void): string {
  const key = Buffer.from(readSecret(option, file, 'key', warn), 'latin1');
  if (key.length === 0 || key.length > MAX_BYTES) {
    throw new ConfigError(`${option} ${file}: the first line has to be a key of at most ${MAX_BYTES} bytes`);
  }
  return key.toString();
}
