import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildConfig } from '../../../src/config/config.ts';
import { newDraft } from '../../../src/config/config-draft.ts';
import { runDaemon } from '../../../src/daemon/daemon.ts';
import { DaemonLogger } from '../../../src/log/logger.ts';

/** Threads of this process that relay packets. */
function relayThreads(): string[] {
  const names = readdirSync('/proc/self/task').map((id) => readFileSync(`/proc/self/task/${id}/comm`, 'latin1'));
  return names.filter((name) => name.startsWith('rtp-relay'));
}

test('a daemon that cannot be built leaves no relay thread behind', async () => {
  const config = await buildConfig(newDraft(), { uid: 1000, processors: 1, warn: () => undefined });
  const started: string[] = [];
  const logger = new DaemonLogger('INFO', [
    {
      write: ({ text }) => {
        if (text.startsWith('media packets by')) started.push(...relayThreads());
        return true;
      },
      close: () => {},
    },
  ]);
  await assert.rejects(runDaemon({ ...config, listen: [] }, logger), RangeError);
  assert.equal(started.length, config.workers);
  assert.deepEqual(relayThreads(), []);
});
