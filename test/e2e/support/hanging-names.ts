// Asks for a name that no server knows anything about: hanging-names.ts, in a namespace of its own whose resolver waits for minutes.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { within } from '../../helpers/deadline.ts';
import { startCall } from './recorded-call.ts';
import { HOST, startRelay } from './relay.ts';

const END_MS = 5000;

const steps: (() => Promise<void>)[] = [];
const scope = { after: (step: () => Promise<void>) => steps.push(step) };
const server = createSocket('udp4');
try {
  server.bind(53, HOST);
  const { control, daemon } = await startRelay(scope, ['-l', HOST]);
  await startCall(scope, control, 'c');
  const asked = once(server, 'message');
  control.command('C c udp:name.example:5000 from to').catch(() => undefined);
  await within(asked, END_MS, 'a question to the server of names');
  process.kill(daemon.pid, 'SIGTERM');
  const { code } = await within(daemon.exited, END_MS, 'end of the daemon');
  assert.equal(code, 0);
} finally {
  for (const step of steps) await step();
  server.close();
}
