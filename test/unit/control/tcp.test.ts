import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ControlBindError } from '../../../src/control/errors.ts';
import { createTransport } from '../../../src/control/open.ts';
import { parseControlSpec } from '../../../src/control/spec.ts';
import { unmapped } from '../../../src/control/tcp.ts';
import { descriptors, portOf, Recorder, StreamClient, serve, sharedControl, until } from './support.ts';

const HOST = 'tcp:127.0.0.1:0';

describe('tcp lines', () => {
  it('answers each line, whole, split or merged, on one connection', async (t) => {
    const { transport, recorder } = await serve(t, HOST);
    const client = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
    client.send('V\nI\n\n');
    assert.equal(await client.received(7), 'V\nI\nE5\n');
    client.send('U 1 ');
    client.send('2\nU');
    assert.equal(await client.received(13), 'V\nI\nE5\nU 1 2\n');
    client.send(' 3\n');
    assert.equal(await client.received(17), 'V\nI\nE5\nU 1 2\nU 3\n');
    assert.deepEqual(recorder.commands, ['V', 'I', '', 'U 1 2', 'U 3']);
    assert(recorder.rooms.every((room) => room === 1023));
    assert.deepEqual(recorder.peers[0], {
      transport: 'tcp',
      host: '127.0.0.1',
      port: client.socket.localPort,
      localHost: '127.0.0.1',
    });
  });

  it('closes connections of those who are not allowed, and tells of the first and the tenth', async (t) => {
    const warnings: string[] = [];
    const warn = (text: string) => warnings.push(text);
    const { transport, recorder } = await serve(t, HOST, { ...sharedControl(t), warn, allows: () => false });
    for (let count = 0; count < 12; count++) {
      const client = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
      assert.equal(await client.ended(), '');
    }
    assert.deepEqual(recorder.commands, []);
    const line = `${HOST}: 127.0.0.1 may not connect`;
    assert.deepEqual(warnings, [
      `${line}, 1 turned away so far; see --control-allow`,
      `${line}, 10 turned away so far; see --control-allow`,
    ]);
  });

  it('ends connections of those who are not allowed any more', async (t) => {
    let allowed = true;
    const { transport, recorder, connections } = await serve(t, HOST, { ...sharedControl(t), allows: () => allowed });
    const client = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
    client.send('a\n');
    assert.equal(await client.received(2), 'a\n');
    transport.turnAway?.();
    client.send('b\n');
    assert.equal(await client.received(4), 'a\nb\n');
    allowed = false;
    transport.turnAway?.();
    client.socket.write('c\n', () => {});
    assert.equal(await client.ended(), 'a\nb\n');
    assert.deepEqual(recorder.commands, ['a', 'b']);
    assert.equal(connections.size, 0);
  });

  it('serves many lines at once', async (t) => {
    const { transport } = await serve(t, HOST);
    const client = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
    const lines = Array.from({ length: 20_000 }, (_, index) => `command ${index}\n`).join('');
    client.send(lines);
    assert.equal(await client.received(lines.length), lines);
  });

  it('answers what came before the client shut down its side, then ends', async (t) => {
    const { transport, recorder, connections } = await serve(t, HOST);
    const client = await StreamClient.connect(t, {
      port: portOf(transport),
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    client.socket.end('a\nb\nnot finished');
    assert.equal(await client.ended(), 'a\nb\n');
    assert.deepEqual(recorder.commands, ['a', 'b']);
    await until(() => connections.size === 0, 'place given back');
  });

  it('executes the commands of a client that writes and closes', async (t) => {
    const { transport, recorder, connections } = await serve(t, HOST);
    for (let round = 1; round <= 20; round++) {
      const client = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
      client.socket.write('a\n'.repeat(100), () => client.socket.destroy());
      await until(() => recorder.commands.length === round * 100, 'commands');
    }
    await until(() => connections.size === 0, 'places given back');
  });

  it('accepts 8191 bytes and LF, and hangs up at 8192', async (t) => {
    const { transport, recorder } = await serve(t, HOST);
    recorder.reply = (command) => `${command.length}\n`;
    const target = { port: portOf(transport), host: '127.0.0.1' };
    const client = await StreamClient.connect(t, target);
    client.send(`${'x'.repeat(8191)}\n`);
    assert.equal(await client.received(5), '8191\n');
    client.send(`V\n${'x'.repeat(8192)}`);
    assert.equal(await client.ended(), '8191\n1\n');
    const other = await StreamClient.connect(t, target);
    other.send(`${'x'.repeat(8192)}\nV\n`);
    assert.equal(await other.ended(), '');
    assert.equal(recorder.commands.length, 2);
  });
});

describe('tcp peers', () => {
  it('stops reading from a client that does not read', async (t) => {
    const { transport, recorder } = await serve(t, HOST);
    recorder.reply = () => `${'x'.repeat(1000)}\n`;
    const client = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
    client.socket.pause();
    const total = 1_000_000;
    client.send('V\n'.repeat(total));
    const settled = async () => {
      for (let last = -1; last !== recorder.commands.length || last === 0; ) {
        last = recorder.commands.length;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await settled();
    // What the kernel takes on both sides, and a little more; far from one reply per command.
    assert(recorder.commands.length < 50_000, `${recorder.commands.length} commands executed`);
    const other = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
    other.send('V\n');
    await other.received(1001);
    client.socket.resetAndDestroy();
    await client.ended();
  });

  it('survives a reset', async (t) => {
    const { transport, recorder, connections } = await serve(t, HOST);
    recorder.reply = () => 'x'.repeat(1000);
    for (let round = 0; round < 10; round++) {
      const client = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
      client.send('V\n'.repeat(100));
      client.socket.resetAndDestroy();
      await client.ended();
    }
    await until(() => connections.size === 0, 'places given back');
    const client = await StreamClient.connect(t, { port: portOf(transport), host: '127.0.0.1' });
    client.send('V\n');
    await client.received(1000);
  });

  it('closes the connection that has been idle longest when a hundredth comes', async (t) => {
    const { transport, connections } = await serve(t, HOST);
    const target = { port: portOf(transport), host: '127.0.0.1' };
    const clients: StreamClient[] = [];
    for (let index = 0; index < 99; index++) {
      clients.push(await StreamClient.connect(t, target));
      await until(() => connections.size === index + 1, 'connection');
    }
    const [first, second] = clients;
    assert(first && second);
    first.send('V\n');
    await first.received(2);
    const late = await StreamClient.connect(t, target);
    late.send('V\n');
    assert.equal(await late.received(2), 'V\n');
    assert.equal(await second.ended(), '');
    first.send('I\n');
    assert.equal(await first.received(4), 'V\nI\n');
    first.socket.destroy();
    await until(() => connections.size === 98, 'place given back');
  });
});

describe('tcp socket', () => {
  it('serves IPv6, and IPv4 clients of the any-address', async (t) => {
    const { transport, recorder } = await serve(t, 'tcp6:::1:0');
    const client = await StreamClient.connect(t, { port: portOf(transport), host: '::1' });
    client.send('V\n');
    assert.equal(await client.received(2), 'V\n');
    assert.equal(recorder.peers[0]?.host, '::1');

    const any = await serve(t, 'tcp6:*:0');
    const four = await StreamClient.connect(t, { port: portOf(any.transport), host: '127.0.0.1' });
    four.send('V\n');
    assert.equal(await four.received(2), 'V\n');
    assert.equal(any.recorder.peers[0]?.host, '127.0.0.1');
    assert.equal(any.recorder.peers[0]?.localHost, '127.0.0.1');
  });

  it('binds again at once although old connections linger', async (t) => {
    const { transport } = await serve(t, HOST);
    const port = portOf(transport);
    const client = await StreamClient.connect(t, { port, host: '127.0.0.1' });
    client.send('V\n');
    await client.received(2);
    // The daemon closes first, so that its side is the one that waits in TIME_WAIT.
    await transport.close();
    await client.ended();
    const again = await serve(t, `tcp:127.0.0.1:${port}`);
    assert.equal(portOf(again.transport), port);
  });

  it('reports an address in use', async (t) => {
    const { transport } = await serve(t, HOST);
    const spec = `tcp:127.0.0.1:${portOf(transport)}`;
    await assert.rejects(serve(t, spec), (error: unknown) => {
      assert(error instanceof ControlBindError);
      assert.equal(error.message, `can't bind to a socket: ${spec}: Address already in use`);
      assert.equal(error.code, 'EADDRINUSE');
      return true;
    });
  });

  it('leaves nothing open, however it is closed', async (t) => {
    const before = descriptors();
    const shared = sharedControl(t);
    const never = createTransport(parseControlSpec(HOST), shared);
    await never.close();
    await assert.rejects(never.start(new Recorder().handler), { code: 'ECANCELED' });

    const hasty = createTransport(parseControlSpec(HOST), shared);
    const starting = hasty.start(new Recorder().handler).catch(() => {});
    await hasty.close();
    await starting;

    const { transport, recorder } = await serve(t, HOST, shared);
    recorder.reply = () => new Promise(() => {});
    const target = { port: portOf(transport), host: '127.0.0.1' };
    const clients = await Promise.all([1, 2, 3].map(() => StreamClient.connect(t, target)));
    clients[0]?.send('waits for ever\nV\n');
    clients[1]?.send('unfinished');
    await until(() => recorder.commands.length === 1, 'command');
    await Promise.all([transport.close(), transport.close()]);
    for (const client of clients) await client.ended();
    assert.equal(shared.connections.size, 0);
    assert.deepEqual(descriptors(), before);
  });
});

describe('unmapped', () => {
  it('shows IPv4 clients of a dual-stack socket by their IPv4 address', () => {
    assert.equal(unmapped('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(unmapped('::ffff:1'), '::ffff:1');
    assert.equal(unmapped('2001:db8::1'), '2001:db8::1');
    assert.equal(unmapped('192.0.2.1'), '192.0.2.1');
  });
});
