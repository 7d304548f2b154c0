import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { atEnd, type TestScope } from '../../helpers/cleanup.ts';
import { compileProgram } from '../../helpers/compile.ts';
import { within } from '../../helpers/deadline.ts';
import type { Endpoint } from './udp-peer.ts';

const LINE_MS = 5000;
const SOURCE = fileURLToPath(new URL('tos-probe.cc', import.meta.url));

/** A media port that sees the IP TOS byte of what it receives, which node:dgram does not tell. */
export class TosProbe {
  readonly local: Endpoint;
  readonly #lines: AsyncIterator<string>;

  private constructor(local: Endpoint, lines: AsyncIterator<string>) {
    this.local = local;
    this.#lines = lines;
  }

  /** Opens a port on 127.0.0.1 or ::1; it ends with the test. */
  static async open(scope: TestScope, host: '127.0.0.1' | '::1'): Promise<TosProbe> {
    const program = await compileProgram([SOURCE]);
    const child: ChildProcessByStdio<Writable, Readable, null> = spawn(program, [host], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    atEnd(scope, async () => {
      child.stdin.end();
      await within(ended, LINE_MS, 'end of the TOS probe');
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const port = Number(await nextLine(lines));
    return new TosProbe({ host, port }, lines);
  }

  /** The TOS byte of the next datagram. */
  async next(): Promise<number> {
    return Number(await nextLine(this.#lines));
  }
}

async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const line = await within(lines.next(), LINE_MS, 'line of the TOS probe');
  if (line.done) throw new Error('the TOS probe ended');
  return line.value;
}
