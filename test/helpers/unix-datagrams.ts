import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { atEnd, type TestScope } from './cleanup.ts';
import { until } from './deadline.ts';

const SCRIPT = fileURLToPath(new URL('unix-datagrams.py', import.meta.url));
const NEXT_MS = 5000;

/** A Unix datagram socket, which Node cannot open itself. */
export interface DatagramReceiver {
  /** The datagrams so far that `next` has not returned, Latin-1. */
  readonly waiting: string[];
  /** Waits for the next one. */
  next(): Promise<string>;
  /** Reads nothing more, so that the socket fills up. */
  stall(): void;
  /** Reads again. */
  resume(): void;
}

/** Binds a path, or an abstract address `@name`, until the test ends. */
export async function bindDatagrams(t: TestScope, address: string): Promise<DatagramReceiver> {
  const child = spawn('python3', [SCRIPT, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, async () => {
    const ended = once(child, 'exit');
    if (child.kill('SIGKILL')) await ended;
    if (!address.startsWith('@')) rmSync(address, { force: true });
  });
  const waiting: string[] = [];
  let bound = false;
  createInterface(child.stdout).on('line', (line) => {
    if (line === '') bound = true;
    else waiting.push(Buffer.from(line.slice(1), 'hex').toString('latin1'));
  });
  await until(() => bound || child.exitCode !== null, NEXT_MS, `socket ${address}`);
  if (!bound) throw new Error(`${address} cannot be bound`);
  return {
    waiting,
    next: async () => {
      await until(() => waiting.length > 0, NEXT_MS, `datagram at ${address}`);
      return waiting.shift() ?? '';
    },
    stall: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}
