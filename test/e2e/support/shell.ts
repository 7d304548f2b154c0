import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { within } from '../../helpers/deadline.ts';

const ANSWER_MS = 30_000;

/**
 * A shell that runs commands for this process, several at a time. Starting a process stalls a large one for as long as a
 * packet lasts or more; a test that has phones to keep going starts this instead, once.
 */
export class Shell {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (result: string) => void>();
  #last = 0;

  /** `launcher`: program and arguments that run the shell, in the same process. */
  constructor(launcher: readonly string[]) {
    const [program = '', ...args] = [...launcher, 'sh'];
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    this.child.stdout.setEncoding('utf8').on('data', (part: string) => {
      const results = (text + part).split('\0');
      text = results.pop() ?? '';
      for (const result of results) this.#settle(result);
    });
  }

  /** Rejects with what the commands wrote to stderr if one of them fails. */
  async run(commands: readonly string[]): Promise<void> {
    const number = ++this.#last;
    const answer = new Promise<string>((resolve) => {
      this.#waiting.set(number, resolve);
    });
    const script = commands.join('\n');
    const end = `END-OF-${number}`;
    // One write for each result: they come from several processes.
    const said = `$(sh -e 2>&1 >/dev/null <<'${end}'\n${script}\n${end}\n)`;
    this.child.stdin.write(`{ said="${said}"; printf '%s\\0' "${number} $? $said"; } &\n`);
    const [code, ...messages] = (await within(answer, ANSWER_MS, script)).split(' ');
    if (code !== '0') throw new Error(`${script}\nexit code ${code}: ${messages.join(' ')}`);
  }

  /** It ends when what it runs has ended. */
  end(): void {
    this.child.stdin.end('wait\n');
  }

  #settle(result: string): void {
    const [number = '', ...rest] = result.split(' ');
    this.#waiting.get(Number(number))?.(rest.join(' '));
    this.#waiting.delete(Number(number));
  }
}
