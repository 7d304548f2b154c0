import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runScenario } from './runner.ts';
import { loadScenarios } from './scenario.ts';

// One after the other: time-outs of the scenarios must not meet the starts of other daemons.
for (const [number, scenario] of loadScenarios()) {
  test(`control protocol, recorded from the C daemon: ${number} ${scenario.name}: ${scenario.description}`, async (t) => {
    const { failures, checks } = await runScenario(t, scenario);
    t.diagnostic(`${checks} expectations`);
    if (failures.length > 0) assert.fail(failures.join('\n'));
  });
}
