import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLEAN, runChild } from './child-script.ts';

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
      assert.deepEqual(await runChild(script, [], flags), CLEAN);
    }
  });
}
