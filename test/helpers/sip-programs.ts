import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Full path of an installed SIP program. Throws when it is missing: the tests with real calls are never skipped. */
export function sipProgram(name: 'kamailio' | 'sipp'): string {
  const path = findProgram(name);
  if (path === undefined) {
    throw new Error(`${name} is not installed: apt-get install --no-install-recommends kamailio sip-tester`);
  }
  return path;
}

/** Full path of a program on the PATH. */
export function findProgram(name: string): string | undefined {
  // Debian has SIP servers in /usr/sbin, which is not in every user's PATH.
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
