import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Full path of an installed SIP program. Throws when it is missing: the tests with real calls are never skipped. */
export function sipProgram(name: 'kamailio' | 'sipp'): string {
  // Debian has kamailio in /usr/sbin, which is not in every user's PATH.
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const path = directories.map((directory) => join(directory, name)).find(isExecutable);
  if (path === undefined) {
    throw new Error(`${name} is not installed: apt-get install --no-install-recommends kamailio sip-tester`);
  }
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
