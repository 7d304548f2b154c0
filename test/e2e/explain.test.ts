import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../src/calls/view.ts';
import { CtlRig } from '../unit/ctl/ctl-rig.ts';
import { Scene } from './support/explained-call.ts';
import { BROKEN_CALLS, HEALTHY_CALLS } from './support/explained-calls.ts';
import { whyNoNetworks } from './support/network-namespace.ts';

// What `rtpp-ctl explain` says of calls that are broken in fifteen ways, and of healthy ones that look unusual. All calls are
// made at the same time, with real packets.

const PROGRAM = fileURLToPath(new URL('../../dist/cli/rtpp-ctl.js', import.meta.url));
/** How long a rule may take until it knows; `stopped` waits for 10 s. */
const PATIENCE_MS = 18_000;
const POLL_MS = 500;
/** Setup time: the end of a call without an L is near 6 s after its U. */
const ARGS = ['-W', '16'];

interface Explained {
  readonly code: number;
  readonly findings: readonly Finding[];
}

async function explained({ url }: Scene, id: string): Promise<Explained> {
  const { code, out, err } = await new CtlRig().run(['explain', id, '--json', '--url', url]);
  assert.equal(err, '');
  return { code, findings: JSON.parse(out).findings };
}

/** What is said as soon as the rule has found its problem; the last answer when it does not. */
async function untilFound(scene: Scene, id: string, rule: string): Promise<Explained> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await explained(scene, id);
    const found = answer.findings.some((finding) => finding.rule === rule && finding.severity === 'problem');
    if (found || performance.now() > end) return answer;
    await delay(POLL_MS);
  }
}

test('explain names what is wrong with fifteen broken calls, and calls four good ones healthy', {
  skip: whyNoNetworks() ?? false,
}, async (t) => {
  assert.equal(BROKEN_CALLS.length, 15);
  const scene = await Scene.open(t, ARGS);
  const healthy = HEALTHY_CALLS.map((call, index) => ({ ...call, octet: BROKEN_CALLS.length + index + 1 }));
  const started = Promise.all(healthy.map((call) => call.start(scene, call.name, call.octet)));
  const answers = await Promise.all(
    BROKEN_CALLS.map(async (call, index) => {
      await call.start(scene, call.rule, index + 1);
      return { ...call, ...(await untilFound(scene, call.rule, call.rule)) };
    }),
  );
  await started;
  const wrong = answers.filter(({ rule, leg, code, findings }) => {
    const [first] = findings;
    return code !== 1 || first?.rule !== rule || first.leg !== leg;
  });
  assert.deepEqual(
    wrong.map(({ rule, findings }) => ({ rule, told: findings.map((finding) => `${finding.rule}: ${finding.text}`) })),
    [],
  );
  for (const { name, facts } of healthy) {
    const { code, findings } = await explained(scene, name);
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      facts,
      name,
    );
    assert.equal(code, 0, name);
  }
  const exit = (...args: readonly string[]) => spawnSync(process.execPath, [PROGRAM, '-u', scene.url, ...args]).status;
  assert.deepEqual(
    [exit('explain', 'no-packets'), exit('explain', 'behind-nat'), exit('explain', 'nobody')],
    [1, 0, 2],
  );
});
