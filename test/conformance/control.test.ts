import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { daemonCommand } from './daemon.ts';
import { runScenario } from './runner.ts';
import { loadScenarios } from './scenario.ts';

// Scenarios whose playback, recording, copying or notification needs parts of the media plane that our daemon does not
// have yet. They are not run; with another daemon (RTPPROXY_COMMAND) they are.
const NEEDS_MEDIA_PLANE = ['17', '18', '19', '20', '21', '22', '23', '29', '32'];

// Most of a scenario's time is waiting: for the start of its daemon, and for time-outs.
const AT_ONCE = 4;

const isOurs = daemonCommand().some((word) => /(^|\/)rtpproxy\.[jt]s$/.test(word));

describe('control protocol, recorded from the C daemon', { concurrency: AT_ONCE }, () => {
  for (const [number, scenario] of loadScenarios()) {
    if (isOurs && NEEDS_MEDIA_PLANE.includes(number)) continue;
    test(`${number} ${scenario.name}: ${scenario.description}`, async (t) => {
      const { failures, checks } = await runScenario(t, scenario);
      t.diagnostic(`${checks} expectations`);
      if (failures.length > 0) assert.fail(failures.join('\n'));
    });
  }
});
