import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTransport } from '../../../src/control/open.ts';
import { parseControlSpec } from '../../../src/control/spec.ts';
import { sharedControl } from './support.ts';

describe('createTransport', () => {
  it('makes a transport of every kind, named by its argument, that can be closed unopened', async (t) => {
    const shared = sharedControl(t);
    const specs = [
      'udp:127.0.0.1:0',
      'udp6:::1:0',
      'tcp:*:0',
      'tcp6:*:0',
      'unix:/run/none/a',
      'cunix:/run/none/b',
      'stdio:',
      'stdioc:',
      'systemd:',
    ];
    for (const text of specs) {
      const transport = createTransport(parseControlSpec(text), shared);
      assert.equal(transport.name, text);
      await transport.close();
    }
  });
});
