import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portIn, startRelay } from './relay.ts';

// Run by startup-errors.test.ts where 198.51.100.0/24 is local by a route alone. For IPv6 the kernel binds nothing to such addresses.

test('the addresses of the route take calls, and nothing is complained about', async (t) => {
  const { control, daemon } = await startRelay(t, ['-l', '198.51.100.7']);
  assert.equal(portIn(await control.command('U c 127.0.0.1 4000 from')).host, '198.51.100.7');
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  assert.equal(daemon.stderr(), '');
});
