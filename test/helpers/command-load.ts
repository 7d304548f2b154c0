import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { compileProgram } from './compile.ts';
import { within } from './deadline.ts';

/** What the load client printed; times in microseconds. */
export interface CommandLoadResult {
  /** Answered while the time ran. */
  readonly commands: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Repeated because no reply came within 200 ms. */
  readonly resent: number;
  /** Answered with an error. */
  readonly failed: number;
  /** Calls that could not be ended. */
  readonly unended: number;
}

export interface CommandLoadOptions {
  /** Of the daemon's udp control socket on 127.0.0.1. */
  readonly port: number;
  /** Commands that wait for a reply at any time. */
  readonly outstanding: number;
  readonly seconds: number;
  /** Words to start the client with, before its own. */
  readonly launcher?: readonly string[];
}

const SOURCES = [fileURLToPath(new URL('../bench/commands.cc', import.meta.url))];
/** Allowed beyond the time of the run. */
const SPARE_SECONDS = 15;

/** Sets up and deletes calls as fast as the daemon answers. All are deleted in the end. */
export async function runCommandLoad(options: CommandLoadOptions): Promise<CommandLoadResult> {
  const { port, outstanding, seconds, launcher = [] } = options;
  const client = await compileProgram(SOURCES);
  const [program = '', ...args] = [...launcher, client, String(port), String(outstanding), String(seconds)];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  try {
    const ended = Promise.race([text(child.stdout), failed]);
    return JSON.parse(await within(ended, (seconds + SPARE_SECONDS) * 1000, 'end of the command load'));
  } finally {
    child.kill('SIGKILL');
  }
}
