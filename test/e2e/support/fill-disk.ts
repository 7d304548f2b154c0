import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Takes all the room that is left in a small file system; the file that has it. */
export function fillDisk(directory: string): string {
  const ballast = join(directory, 'ballast');
  try {
    for (;;) writeFileSync(ballast, Buffer.alloc(4096), { flag: 'a' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
  return ballast;
}
