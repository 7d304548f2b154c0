import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runScenario } from './runner.ts';
import { loadScenarios } from './scenario.ts';

// Most of a scenario's time is waiting: for the start of its daemon, and for time-outs.
const AT_ONCE = 4;

describe('control protocol, recorded from the C daemon', { concurrency: AT_ONCE }, () => {
  for (const [number, scenario] of loadScenarios()) {
    test(`${number} ${scenario.name}: ${scenario.description}`, async (t) => {
      const { failures, checks } = await runScenario(t, scenario);
      t.diagnostic(`${checks} expectations`);
      if (failures.length > 0) assert.fail(failures.join('\n'));
    });
  }
});
