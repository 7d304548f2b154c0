import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';

/** Whether there can be file systems whose server never answers. */
export function canHang(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Puts a file system on a directory whose server never answers. Returns a function that takes the server away. */
export function hang(directory: string): () => void {
  const server = openSync('/dev/fuse', 'r+');
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const args = ['-i', '-t', 'fuse', '-o', options, 'hanging', directory];
  const { status } = spawnSync('mount', args, { stdio: ['ignore', 'inherit', 'inherit', server] });
  assert.equal(status, 0);
  return () => closeSync(server);
}
