import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommandLoad } from '../helpers/command-load.ts';
import { udpClient } from '../helpers/control-client.ts';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';

for (const outstanding of [1, 64]) {
  test(`${outstanding} calls at a time are set up and deleted without an error`, async (t) => {
    const port = await freeUdpPort('127.0.0.1');
    await startDaemon(t, ['-s', `udp:127.0.0.1:${port}`, '-l', '127.0.0.1']);
    const result = await runCommandLoad({ port, outstanding, seconds: 1 });
    t.diagnostic(JSON.stringify(result));
    assert.equal(result.failed, 0);
    assert.equal(result.unended, 0);
    assert.ok(result.commands >= 3 * outstanding, `${result.commands} commands`);
    assert.ok(result.p50 > 0 && result.p50 <= result.p99 && result.p99 <= result.max);

    const control = udpClient('127.0.0.1', port);
    const names = ['nsess_created', 'nsess_destroyed', 'ncmds_errs', 'ncmds_rcvd', 'ncmds_succd'];
    const [created = 0, destroyed, errors, received = 0, succeeded = 0] = (
      await control.command(`G ${names.join(' ')}`)
    )
      .split(' ')
      .map(Number);
    assert.equal(created, destroyed);
    assert.equal(errors, 0);
    // The question itself is received, and not answered yet.
    assert.equal(received, succeeded + 1);
    assert.equal(succeeded, 3 * created, 'U, L and D, each executed once');
    assert.match(await control.command('I'), /^sessions created: \d+\nactive sessions: 0\n/);
  });
}
