import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const DEADLINE_MS = 60_000;

interface Run {
  readonly flags?: readonly string[];
  /** For those whose outcome depends on which thread is faster. */
  readonly times?: number;
}

/** What can happen to an engine on its way to the end; each is a script in `children/`, run in a process of its own. */
const SCRIPTS: Readonly<Record<string, Run>> = {
  'create-close': {},
  'double-close': {},
  'close-with-traffic': { times: 3 },
  'close-with-traffic-exit': { times: 3 },
  'close-in-listener': { times: 2 },
  'end-unclosed': {},
  'end-unclosed-twice': { times: 3 },
  'end-with-traffic': { times: 3 },
  'exit-unclosed': {},
  'exit-with-traffic': { times: 3 },
  'exit-in-listener': { times: 2 },
  'exit-handler-close': { times: 2 },
  'worker-ends': {},
  'worker-exits': {},
  'worker-terminated': {},
  'listener-throws': {},
  'option-throws': {},
  'garbage-collected': { flags: ['--expose-gc'] },
  'many-cycles': {},
  'no-descriptors': {},
  'control-close': { times: 2 },
  'control-close-in-command': { times: 2 },
  'control-exit': { times: 3 },
  'control-terminated': {},
};

for (const [script, { flags = [], times = 1 }] of Object.entries(SCRIPTS)) {
  test(script, async () => {
    for (let i = 0; i < times; i++) {
      assert.deepEqual(await run(script, flags), { code: 0, signal: null, stdout: '', stderr: '' });
    }
  });
}

async function run(script: string, flags: readonly string[]) {
  const file = fileURLToPath(new URL(`children/${script}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
    // glibc overwrites what is freed, so that its use afterwards does not go unnoticed.
    env: { ...process.env, MALLOC_PERTURB_: '165' },
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
  });
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { ...end, stdout, stderr };
}
