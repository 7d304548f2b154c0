import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildConfig } from '../../../src/config/config.ts';
import { newDraft } from '../../../src/config/config-draft.ts';
import { startLine } from '../../../src/daemon/start-line.ts';

test('the start line has version, control sockets, media addresses with ports, and the backend', async () => {
  const draft = newDraft();
  draft.controls.push('udp:127.0.0.1:22222', 'unix:/run/rtpproxy.sock');
  draft.listen.push({ text: '10.0.0.5=203.0.113.5', family: 4 }, { text: 'six@::1', family: 6 });
  const config = await buildConfig(draft, { uid: 1000, processors: 1, warn: () => undefined });
  assert.match(
    startLine(config, 'sockets'),
    /^rtpproxy \d\S* listens: control udp:127\.0\.0\.1:22222, unix:\/run\/rtpproxy\.sock; media 10\.0\.0\.5=203\.0\.113\.5, ::1, ports 35000-64999, backend "sockets"$/,
  );
});
