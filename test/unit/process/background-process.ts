// Run by daemonize.test.ts: a daemon without anything but its start. The first argument is what the child does, the
// second a Unix socket that it reports to once it is in the background.
import { once } from 'node:events';
import { readFileSync, readlinkSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { buildConfig } from '../../../src/config/config.ts';
import { newDraft } from '../../../src/config/config-draft.ts';
import { enterBackground, isBackgroundChild, reportReady, startInBackground } from '../../../src/process/daemonize.ts';

const [behaviour, socket = ''] = process.argv.slice(2);
const draft = { ...newDraft(), keepDirectory: behaviour === 'stay' };
const config = await buildConfig(draft, { uid: 1000, processors: 1, warn: () => undefined });

if (!isBackgroundChild()) {
  process.exitCode = await startInBackground(config);
} else if (behaviour === 'fail') {
  writeSync(2, 'rtpproxy: no luck\n');
  process.exitCode = 0;
} else if (behaviour === 'crash') {
  process.kill(process.pid, 'SIGKILL');
} else {
  enterBackground(config);
  writeSync(2, 'still heard\n');
  reportReady(config);
  writeSync(2, 'not heard\n');
  const report = {
    directory: process.cwd(),
    stderr: readlinkSync('/proc/self/fd/2'),
    sessionLeader: readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ')[3] === String(process.pid),
    child: isBackgroundChild(),
  };
  const client = connect(socket);
  client.end(JSON.stringify(report));
  await once(client, 'close');
}
