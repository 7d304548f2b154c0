import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const FLAGS = ['-O2', '-std=c++20', '-Wall', '-Wextra', '-pthread'];

const programs = new Map<string, Promise<string>>();
let folder: string | undefined;

/**
 * Compiles C++ sources of the tests into one program and resolves with its path. Each program is compiled once per test
 * process; it goes away with the process. Rejects with what the compiler said, or that there is none.
 */
export function compileProgram(sources: readonly string[]): Promise<string> {
  const key = sources.join('\0');
  let program = programs.get(key);
  if (program === undefined) {
    program = compile(sources, path.join(outputFolder(), `program-${programs.size}`));
    programs.set(key, program);
  }
  return program;
}

function outputFolder(): string {
  if (folder === undefined) {
    const created = mkdtempSync(path.join(tmpdir(), 'rtpproxy-test-'));
    process.once('exit', () => rmSync(created, { recursive: true, force: true }));
    folder = created;
  }
  return folder;
}

async function compile(sources: readonly string[], output: string): Promise<string> {
  const compiler = spawn('g++', [...FLAGS, ...sources, '-o', output], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    compiler.once('error', reject);
    compiler.once('close', resolve);
  });
  const [messages, code] = await Promise.all([text(compiler.stderr), ended.catch(explainStart)]);
  if (code !== 0) throw new Error(`g++ could not compile ${sources.join(' ')}:\n${messages}`);
  return output;
}

function explainStart(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ENOENT') throw error;
  throw new Error('this test compiles a C++ program and g++ was not found (Debian, Ubuntu: apt-get install g++)');
}
