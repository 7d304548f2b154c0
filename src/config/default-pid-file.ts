import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const SYSTEM = '/var/run/rtpproxy.pid';

/**
 * The pid file when `-p` names none: that of the C daemon for root and whoever may write it, for other users
 * `$XDG_RUNTIME_DIR/rtpproxy.pid`; undefined without such a folder.
 */
export function defaultPidFile(
  uid: number,
  env: Readonly<Record<string, string | undefined>>,
  writable: (path: string) => boolean = isWritable,
): string | undefined {
  if (uid === 0 || writable(SYSTEM) || writable(path.dirname(SYSTEM))) return SYSTEM;
  const folder = env.XDG_RUNTIME_DIR;
  return folder !== undefined && path.isAbsolute(folder) && writable(folder)
    ? path.join(folder, path.basename(SYSTEM))
    : undefined;
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
