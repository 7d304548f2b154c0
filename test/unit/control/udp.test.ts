import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ControlBindError } from '../../../src/control/errors.ts';
import { createTransport } from '../../../src/control/open.ts';
import { parseControlSpec } from '../../../src/control/spec.ts';
import { descriptors, portOf, Recorder, serve, sharedControl, UdpClient, until } from './support.ts';

const HOST = 'udp:127.0.0.1:0';

describe('udp cookie and command', () => {
  it('answers with the cookie and one space', async (t) => {
    const { transport, recorder } = await serve(t, HOST);
    const client = await UdpClient.open(t, portOf(transport));
    assert.equal(await client.ask(' \tc1 \t V x\n'), 'c1  \t V x\n\n');
    assert.deepEqual(recorder.commands, [' \t V x\n']);
    assert.deepEqual(recorder.rooms, [1023 - 'c1 '.length]);
    assert.deepEqual(recorder.peers, [
      { transport: 'udp', host: '127.0.0.1', port: client.port, localHost: '127.0.0.1' },
    ]);
    assert.equal(client.senders[0]?.port, portOf(transport));
  });

  it('keeps every byte of cookie, command and reply', async (t) => {
    const { transport, recorder } = await serve(t, HOST);
    const client = await UdpClient.open(t, portOf(transport));
    recorder.reply = () => '\xe9\0\xff\n';
    assert.equal(await client.ask('\xff\x01&& \x80\0\xfe'), '\xff\x01&& \xe9\0\xff\n');
    assert.deepEqual(recorder.commands, [' \x80\0\xfe']);
  });

  it('hands malformed datagrams on as empty commands and answers without cookie', async (t) => {
    const { transport, recorder, sockets } = await serve(t, HOST);
    const client = await UdpClient.open(t, portOf(transport));
    const malformed = ['', '\n', ' \t\r\n', '\0', 'c\0 V', '\0c V', `${'y'.repeat(1001)} V`, 'y'.repeat(5000)];
    for (const text of [...malformed, ...malformed]) assert.equal(await client.ask(text), 'E5\n');
    assert.deepEqual(recorder.commands, Array(2 * malformed.length).fill(''));
    assert(recorder.rooms.every((room) => room === 1023));
    assert.equal(sockets.figures().cached, 0);
    assert.equal(sockets.figures().repeated, 0);
  });

  it('answers a lone cookie with E5 and caches that', async (t) => {
    const { transport, recorder } = await serve(t, HOST);
    const client = await UdpClient.open(t, portOf(transport));
    assert.equal(await client.ask('c'), 'c E5\n');
    assert.equal(await client.ask(' c \n'), 'c E5\n');
    assert.equal(recorder.commands.length, 1);
    assert.equal(await client.ask('c V'), 'c  V\n');
  });

  it('accepts cookies of up to 1000 bytes', async (t) => {
    const { transport, recorder } = await serve(t, HOST);
    const client = await UdpClient.open(t, portOf(transport));
    const cookie = 'y'.repeat(1000);
    assert.equal(await client.ask(`${cookie} V`), `${cookie}  V\n`);
    assert.deepEqual(recorder.rooms, [22]);
    for (const length of [1001, 1022, 1023, 5000, 8191, 9000]) {
      assert.equal(await client.ask(`${'z'.repeat(length)} V`), 'E5\n');
    }
  });

  it('uses the first 8191 bytes of a datagram', async (t) => {
    const { transport, recorder } = await serve(t, HOST);
    recorder.reply = (command) => `${command.length}\n`;
    const client = await UdpClient.open(t, portOf(transport));
    assert.equal(await client.ask(`a ${'x'.repeat(8189)}`), 'a 8190\n');
    assert.equal(await client.ask(`b ${'x'.repeat(8190)}`), 'b 8190\n');
    assert.equal(await client.ask(`c ${'x'.repeat(60_000)}`), 'c 8190\n');
  });
});

describe('udp retransmission', () => {
  it('repeats the reply to the same command with the same cookie, from any sender and on any socket', async (t) => {
    const shared = sharedControl(t);
    const one = await serve(t, HOST, shared);
    const two = await serve(t, 'udp6:::1:0', shared);
    const client = await UdpClient.open(t, portOf(one.transport));
    const other = await UdpClient.open(t, portOf(one.transport));
    const third = await UdpClient.open(t, portOf(two.transport), '::1');
    assert.equal(await client.ask('c U 1'), 'c  U 1\n');
    assert.equal(await client.ask('  c U 1\n'), 'c  U 1\n');
    assert.equal(await other.ask('c U 1'), 'c  U 1\n');
    assert.equal(await third.ask('c\tU 1'), 'c  U 1\n');
    assert.deepEqual(one.recorder.commands, [' U 1']);
    assert.deepEqual(two.recorder.commands, []);
    assert.equal(await other.ask('c U 2'), 'c  U 2\n');
    assert.equal(await client.ask('c U 1'), 'c  U 1\n');
    assert.deepEqual(one.recorder.commands, [' U 1', ' U 2']);
    assert.equal(shared.sockets.figures().repeated, 4);
  });

  it('executes a command once although it is repeated while it runs', async (t) => {
    const { transport, recorder, sockets } = await serve(t, HOST);
    let release: (reply: string) => void = () => {};
    recorder.reply = (command) =>
      command === ' slow'
        ? new Promise((resolve) => {
            release = resolve;
          })
        : 'quick\n';
    const client = await UdpClient.open(t, portOf(transport));
    const other = await UdpClient.open(t, portOf(transport));
    await client.send('c slow');
    await client.send('c slow');
    await other.send('c slow');
    await until(() => sockets.figures().repeated === 2, 'both retransmissions');
    // Others are served meanwhile.
    assert.equal(await other.ask('d V'), 'd quick\n');
    release('done\n');
    for (const waiting of [client, client, other]) assert.equal(await waiting.receive(), 'c done\n');
    assert.equal(await other.ask('c slow'), 'c done\n');
    assert.deepEqual(recorder.commands, [' slow', ' V']);
  });

  it('drops datagrams, not memory, when thousands of commands hang', async (t) => {
    const { transport, recorder, sockets } = await serve(t, HOST);
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    recorder.reply = (command) => (command === ' V' ? 'fine\n' : gate.then(() => 'late\n'));
    const client = await UdpClient.open(t, portOf(transport));
    assert.equal(await client.ask('known V'), 'known fine\n');
    for (let index = 0; index < 4096; index++) {
      await client.send(`c${index} hang`);
      if (index % 64 === 63) await until(() => recorder.commands.length === index + 2, 'commands');
    }
    await client.send('new V');
    await client.send('c1 hang');
    assert.equal(await client.ask('known V'), 'known fine\n');
    assert.equal(sockets.figures().dropped, 2);
    assert.equal(recorder.commands.length, 4097);
    release();
    await until(() => sockets.figures().cached === 4097, 'replies');
    // The first client may have missed some of so many replies at once.
    const other = await UdpClient.open(t, portOf(transport));
    assert.equal(await other.ask('new V'), 'new fine\n');
    for (const index of [0, 1, 4095]) assert.equal(await other.ask(`c${index} hang`), `c${index} late\n`);
    assert.equal(recorder.commands.length, 4098);
  });
});

describe('udp socket', () => {
  it('serves IPv6, and IPv4 clients of the any-address', async (t) => {
    const { transport, recorder } = await serve(t, 'udp6:*:0');
    const six = await UdpClient.open(t, portOf(transport), '::1');
    const four = await UdpClient.open(t, portOf(transport));
    assert.equal(await six.ask('a V'), 'a  V\n');
    assert.equal(await four.ask('b V'), 'b  V\n');
    assert.deepEqual(recorder.peers, [
      { transport: 'udp', host: '::1', port: six.port },
      { transport: 'udp', host: '127.0.0.1', port: four.port },
    ]);
  });

  it('answers a burst completely', async (t) => {
    const { transport } = await serve(t, HOST);
    const client = await UdpClient.open(t, portOf(transport));
    const replies = new Set<string>();
    await Promise.all(Array.from({ length: 100 }, (_, index) => client.send(`c${index} V`)));
    for (let index = 0; index < 100; index++) replies.add(await client.receive());
    assert.equal(replies.size, 100);
  });

  it('resolves a host name when it starts', async (t) => {
    const { transport } = await serve(t, 'udp:localhost:0');
    const client = await UdpClient.open(t, portOf(transport));
    assert.equal(await client.ask('c V'), 'c  V\n');
  });

  it('reports an address in use or not of this host', async (t) => {
    const { transport } = await serve(t, HOST);
    const cases: [string, string, string][] = [
      [`udp:127.0.0.1:${portOf(transport)}`, 'EADDRINUSE', 'Address already in use'],
      ['udp:192.0.2.1:5000', 'EADDRNOTAVAIL', 'Cannot assign requested address'],
    ];
    for (const [spec, code, reason] of cases) {
      await assert.rejects(serve(t, spec), (error: unknown) => {
        assert(error instanceof ControlBindError);
        assert.equal(error.message, `can't bind to a socket: ${spec}: ${reason}`);
        assert.equal(error.code, code);
        assert.equal(error.reason, reason);
        return true;
      });
    }
  });

  it('leaves nothing open, however it is closed', async (t) => {
    const before = descriptors();
    const never = createTransport(parseControlSpec(HOST), sharedControl(t));
    await never.close();
    await assert.rejects(never.start(new Recorder().handler), { code: 'ECANCELED' });

    const hasty = createTransport(parseControlSpec('udp:localhost:0'), sharedControl(t));
    const starting = assert.rejects(hasty.start(new Recorder().handler), { code: 'ECANCELED' });
    await hasty.close();
    await starting;

    const { transport, recorder } = await serve(t, HOST);
    let release: (reply: string) => void = () => {};
    recorder.reply = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const client = await UdpClient.open(t, portOf(transport));
    await client.send('c V');
    await until(() => recorder.commands.length === 1, 'command');
    await transport.close();
    await transport.close();
    release('too late\n');
    await Promise.resolve();
    assert.equal(portOf(transport), 0);
    // The client's own socket is the only one left.
    assert.equal(descriptors().length, before.length + 1);
  });
});
