import { readFileSync, statSync } from 'node:fs';
import { systemErrorText } from '../log/strerror.ts';
import { ConfigError } from './config-error.ts';

/**
 * The first line of a file that has a secret, without blanks around it, one character for each byte; `option` is who names the
 * file, `what` the secret. Warns of a file that every user can read.
 * @throws ConfigError
 */
export function readSecret(option: string, file: string, what: string, warn: (text: string) => void): string {
  try {
    const stat = statSync(file);
    // Who reads a pipe waits for a writer.
    if (!stat.isFile()) throw new ConfigError(`${option} ${file}: not a regular file`);
    const [line = ''] = readFileSync(file, 'latin1').split('\n', 1);
    if ((stat.mode & 0o007) !== 0) warn(`${file}: every user can get at the ${what}; chmod 600`);
    return line.trim();
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(`${option} ${file}: ${systemErrorText(error)}`);
  }
}
