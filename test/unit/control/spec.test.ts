import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ControlSpecError } from '../../../src/control/errors.ts';
import { type HostSpec, parseControlSpec, resolveHost } from '../../../src/control/spec.ts';

describe('host and port of -s', () => {
  const accepted: [string, 'udp' | 'tcp', 4 | 6, string, number][] = [
    ['udp:127.0.0.1:5000', 'udp', 4, '127.0.0.1', 5000],
    ['udp:127.0.0.1', 'udp', 4, '127.0.0.1', 22222],
    ['udp:127.0.0.1:', 'udp', 4, '127.0.0.1', 22222],
    ['udp:*', 'udp', 4, '0.0.0.0', 22222],
    ['udp:*:7', 'udp', 4, '0.0.0.0', 7],
    ['udp:0.0.0.0:7', 'udp', 4, '0.0.0.0', 7],
    ['udp:127.0.0.1:0', 'udp', 4, '127.0.0.1', 0],
    ['udp:127.0.0.1:65535', 'udp', 4, '127.0.0.1', 65535],
    ['udp:localhost:5000', 'udp', 4, 'localhost', 5000],
    ['udp6:::1:5000', 'udp', 6, '::1', 5000],
    ['udp6:::1:', 'udp', 6, '::1', 22222],
    ['udp6:*:5000', 'udp', 6, '::', 5000],
    ['udp6::::5000', 'udp', 6, '::', 5000],
    ['udp6:localhost', 'udp', 6, 'localhost', 22222],
    ['udp6:fe80::1%lo:5000', 'udp', 6, 'fe80::1%lo', 5000],
    ['tcp:127.0.0.1', 'tcp', 4, '127.0.0.1', 22222],
    ['tcp6:::1:5000', 'tcp', 6, '::1', 5000],
  ];
  for (const [text, kind, family, host, port] of accepted) {
    it(`accepts ${text}`, () => {
      assert.deepEqual(parseControlSpec(text), { kind, text, family, host, port });
    });
  }

  const refused: [string, string][] = [
    ['udp6:::1', ': 1'],
    ['udp6:[::1]:5000', '[::1] 5000'],
    ['udp::5000', ' 5000'],
    ['udp:', ' 22222'],
    ['udp:127.0.0.1:http', '127.0.0.1 http'],
    ['udp:127.0.0.1:65536', '127.0.0.1 65536'],
    ['udp:127.0.0.1:-1', '127.0.0.1 -1'],
    ['udp:127.0.0.1: 5', '127.0.0.1  5'],
    ['udp:127.0.0.1:0x10', '127.0.0.1 0x10'],
    ['udp:::1:5000', '::1 5000'],
    ['udp6:127.0.0.1:5000', '127.0.0.1 5000'],
    ['tcp::', ' 22222'],
    ['tcp6:0.0.0.0:5000', '0.0.0.0 5000'],
  ];
  for (const [text, shown] of refused) {
    it(`refuses ${text}`, () => {
      assert.throws(
        () => parseControlSpec(text),
        (error: unknown) => {
          assert(error instanceof ControlSpecError);
          assert.equal(error.message, `setbindhost: Name or service not known for ${shown}`);
          assert.deepEqual(error.lines, [error.message, 'setbindhost failed']);
          assert.equal(error.reason, 'Name or service not known');
          return true;
        },
      );
    });
  }

  it('refuses names, but not addresses, when names are not resolved', () => {
    const options = { noResolve: true };
    assert.throws(() => parseControlSpec('udp:localhost:5000', options), ControlSpecError);
    assert.equal(parseControlSpec('udp:*:5000', options).kind, 'udp');
    assert.equal(parseControlSpec('tcp6:::1:5000', options).kind, 'tcp');
  });
});

describe('paths of -s', () => {
  it('takes bare paths and unknown prefixes as unix sockets', () => {
    assert.deepEqual(parseControlSpec('/run/r.sock'), { kind: 'unix', text: '/run/r.sock', path: '/run/r.sock' });
    assert.deepEqual(parseControlSpec('unix:/run/r.sock'), {
      kind: 'unix',
      text: 'unix:/run/r.sock',
      path: '/run/r.sock',
    });
    assert.deepEqual(parseControlSpec('cunix:/run/r.sock'), {
      kind: 'cunix',
      text: 'cunix:/run/r.sock',
      path: '/run/r.sock',
    });
    for (const text of ['bogus:foo', 'UDP:127.0.0.1:5000', 'fd:3', 'udp', 'stdio']) {
      assert.deepEqual(parseControlSpec(text), { kind: 'unix', text, path: join(process.cwd(), text) });
    }
  });

  it('resolves relative paths when they are read', () => {
    const spec = parseControlSpec('unix:run/r.sock');
    assert(spec.kind === 'unix');
    assert.equal(spec.path, join(process.cwd(), 'run/r.sock'));
  });

  it('limits the path to what fits a socket address, in bytes', () => {
    const longest = `/tmp/${'x'.repeat(102)}`;
    assert.equal(parseControlSpec(longest).kind, 'unix');
    for (const path of [`${longest}x`, `/tmp/${'é'.repeat(52)}`]) {
      assert.throws(
        () => parseControlSpec(`cunix:${path}`),
        (error: unknown) => {
          assert(error instanceof ControlSpecError);
          assert.equal(error.message, `socket name is too long: ${path}`);
          assert.equal(error.reason, 'File name too long');
          assert.equal(error.code, 'ENAMETOOLONG');
          return true;
        },
      );
    }
  });

  it('refuses an empty path', () => {
    assert.throws(() => parseControlSpec('unix:'), ControlSpecError);
    assert.throws(() => parseControlSpec(''), ControlSpecError);
  });
});

describe('other kinds of -s', () => {
  it('ignores what follows stdio:, stdioc: and systemd:', () => {
    for (const text of ['stdio:', 'stdioc:', 'systemd:', 'systemd:3']) {
      assert.deepEqual(parseControlSpec(text), { kind: text.slice(0, text.indexOf(':')), text });
    }
  });
});

const hostSpec = (host: string, family: 4 | 6): HostSpec => ({ kind: 'udp', text: '', family, host, port: 7 });

describe('resolveHost', () => {
  it('returns addresses as they are', async () => {
    assert.equal(await resolveHost(hostSpec('0.0.0.0', 4)), '0.0.0.0');
    assert.equal(await resolveHost(hostSpec('::1', 6)), '::1');
  });

  it('resolves names in the wanted family', async () => {
    assert.equal(await resolveHost(hostSpec('localhost', 4)), '127.0.0.1');
  });

  it('reports an unknown name as the C daemon does', async () => {
    // A label of more than 63 characters is refused by the resolver without asking a server.
    const host = 'x'.repeat(64);
    await assert.rejects(resolveHost(hostSpec(host, 4)), (error: unknown) => {
      assert(error instanceof ControlSpecError);
      assert.equal(error.message, `setbindhost: Name or service not known for ${host} 7`);
      return true;
    });
  });
});
