import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { chdir, cwd } from 'node:process';
import { describe, it } from 'node:test';
import { ControlBindError } from '../../../src/control/errors.ts';
import { createTransport } from '../../../src/control/open.ts';
import { parseControlSpec } from '../../../src/control/spec.ts';
import { descriptors, Recorder, StreamClient, serve, sharedControl, temporaryDirectory, until } from './support.ts';

describe('unix: one command per connection', () => {
  it('answers the first read, with or without LF, and closes', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { recorder } = await serve(t, `unix:${path}`);
    const exchanges: [string, string][] = [
      ['V', 'V\n'],
      ['V\n', 'V\n\n'],
      ['V\nI\n', 'V\nI\n\n'],
      [' ', 'E5\n'],
      ['V\0', 'V\0\n'],
      ['\xff', '\xff\n'],
    ];
    for (const [command, reply] of exchanges) {
      const client = await StreamClient.connect(t, { path });
      client.send(command);
      assert.equal(await client.ended(), reply);
    }
    assert.deepEqual(
      recorder.commands,
      exchanges.map(([command]) => command),
    );
    assert.deepEqual(recorder.peers[0], { transport: 'unix' });
    assert.equal(recorder.rooms[0], 1023);
  });

  it('uses at most 8191 bytes', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { recorder } = await serve(t, path);
    recorder.reply = (command) => `${command.length}\n`;
    for (const [length, used] of [
      [8190, 8190],
      [8191, 8191],
      [8192, 8191],
      [50_000, 8191],
    ] as const) {
      const client = await StreamClient.connect(t, { path });
      client.send('x'.repeat(length));
      assert.equal(await client.ended(), `${used}\n`);
    }
  });

  it('sends the reply in one piece', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { recorder } = await serve(t, path);
    recorder.reply = () => `${'x'.repeat(1022)}\n`;
    const client = await StreamClient.connect(t, { path });
    const pieces: number[] = [];
    client.socket.on('data', (chunk) => pieces.push(chunk.length));
    client.send('V');
    await client.ended();
    assert.deepEqual(pieces, [1023]);
  });

  it('executes the command of a client that writes and closes, or shuts down its side', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { recorder, connections } = await serve(t, path);
    for (let round = 1; round <= 50; round++) {
      const socket = connect({ path });
      socket.on('error', () => {});
      socket.write('V', () => socket.destroy());
      await until(() => recorder.commands.length === round, 'command');
    }
    const client = await StreamClient.connect(t, { path, allowHalfOpen: true });
    client.socket.end('I');
    assert.equal(await client.ended(), 'I\n');
    await until(() => connections.size === 0, 'places given back');
  });

  it('closes when the client sends nothing', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { recorder, connections } = await serve(t, path);
    const client = await StreamClient.connect(t, { path, allowHalfOpen: true });
    client.socket.end();
    assert.equal(await client.ended(), '');
    const other = await StreamClient.connect(t, { path });
    other.socket.destroy();
    await until(() => connections.size === 0, 'places given back');
    assert.deepEqual(recorder.commands, []);
  });

  it('waits for a slow reply, also when the client has gone meanwhile', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { recorder, connections } = await serve(t, path);
    const waiting: ((reply: string) => void)[] = [];
    recorder.reply = () => new Promise((resolve) => waiting.push(resolve));
    const client = await StreamClient.connect(t, { path, allowHalfOpen: true });
    client.socket.end('slow');
    await until(() => waiting.length === 1, 'command');
    waiting[0]?.('done\n');
    assert.equal(await client.ended(), 'done\n');

    const gone = await StreamClient.connect(t, { path });
    gone.send('slow');
    await until(() => waiting.length === 2, 'command');
    gone.socket.destroy();
    await gone.ended();
    waiting[1]?.('nobody\n');
    await until(() => connections.size === 0, 'places given back');
  });
});

describe('cunix: lines', () => {
  it('stays open', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    await serve(t, `cunix:${path}`);
    const client = await StreamClient.connect(t, { path });
    client.send('V\n\nI');
    assert.equal(await client.received(5), 'V\nE5\n');
    client.send('\n');
    assert.equal(await client.received(7), 'V\nE5\nI\n');
  });

  it('executes the commands of a client that writes and closes', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { recorder, connections } = await serve(t, `cunix:${path}`);
    for (let round = 1; round <= 50; round++) {
      const socket = connect({ path });
      socket.on('error', () => {});
      socket.write('V\nI\n', () => socket.destroy());
      await until(() => recorder.commands.length === 2 * round, 'commands');
    }
    // As much as a Unix socket holds; the failure of the first reply must not lose the rest.
    const many = 50_000;
    const socket = connect({ path });
    socket.on('error', () => {});
    socket.write('V\n'.repeat(many), () => socket.destroy());
    await until(() => recorder.commands.length === 100 + many, 'commands');
    await until(() => connections.size === 0, 'places given back');
  });
});

describe('unix socket file', () => {
  it('exists while the transport is open', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { transport } = await serve(t, path);
    assert(lstatSync(path).isSocket());
    await transport.close();
    assert.equal(existsSync(path), false);
    await transport.close();
  });

  it('replaces a socket nobody answers on', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const first = await serve(t, path);
    renameSync(path, `${path}.kept`);
    await first.transport.close();
    renameSync(`${path}.kept`, path);
    assert(lstatSync(path).isSocket());
    await serve(t, path);
    const client = await StreamClient.connect(t, { path });
    client.send('V');
    assert.equal(await client.ended(), 'V\n');
  });

  it('is not taken from a daemon that answers', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    await serve(t, path);
    await assert.rejects(serve(t, `cunix:${path}`), (error: unknown) => {
      assert(error instanceof ControlBindError);
      assert.equal(error.message, `can't bind to a socket: cunix:${path}: Address already in use`);
      assert.equal(error.code, 'EADDRINUSE');
      return true;
    });
    const client = await StreamClient.connect(t, { path });
    client.send('V');
    assert.equal(await client.ended(), 'V\n');
  });

  it('replaces an empty regular file, as mktemp makes one', async (t) => {
    const path = join(temporaryDirectory(t), 'name');
    writeFileSync(path, '');
    await serve(t, path);
    const client = await StreamClient.connect(t, { path });
    client.send('V');
    assert.equal(await client.ended(), 'V\n');
  });

  it('does not replace anything but a socket and an empty regular file', async (t) => {
    const directory = temporaryDirectory(t);
    const file = join(directory, 'file');
    writeFileSync(file, 'precious');
    await assert.rejects(serve(t, file), { code: 'EADDRINUSE' });
    assert.equal(readFileSync(file, 'utf8'), 'precious');
    mkdirSync(join(directory, 'sub'));
    await assert.rejects(serve(t, join(directory, 'sub')), { code: 'EADDRINUSE' });
    // Nor what a link to an empty file stands for, or the link.
    const empty = join(directory, 'empty');
    writeFileSync(empty, '');
    symlinkSync(empty, join(directory, 'link'));
    await assert.rejects(serve(t, join(directory, 'link')), { code: 'EADDRINUSE' });
    assert.ok(lstatSync(join(directory, 'link')).isSymbolicLink() && lstatSync(empty).isFile());
  });

  it('stays when another daemon has taken the path over', async (t) => {
    const directory = temporaryDirectory(t);
    const path = join(directory, 's');
    const first = await serve(t, path);
    // As the C daemon does it: the path is unlinked and bound again.
    renameSync(path, `${path}.lost`);
    await serve(t, path);
    const inode = lstatSync(path).ino;
    await first.transport.close();
    assert.equal(lstatSync(path).ino, inode);
    assert.deepEqual(readdirSync(directory).sort(), ['s', 's.lost']);
    const client = await StreamClient.connect(t, { path });
    client.send('V');
    assert.equal(await client.ended(), 'V\n');
  });

  it('stays when a file lies at the path at the end', async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { transport } = await serve(t, path);
    renameSync(path, `${path}.lost`);
    writeFileSync(path, 'precious');
    await transport.close();
    assert.equal(readFileSync(path, 'utf8'), 'precious');
  });

  it('is found again after a change of directory', async (t) => {
    const directory = temporaryDirectory(t);
    const start = cwd();
    t.after(() => chdir(start));
    chdir(directory);
    const transport = createTransport(parseControlSpec('unix:s'), sharedControl(t));
    chdir(start);
    await transport.start(new Recorder().handler);
    assert(lstatSync(join(directory, 's')).isSocket());
    await transport.close();
    assert.deepEqual(readdirSync(directory), []);
  });

  it('reports a missing directory and a file in its place', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'file'), '');
    const missing = join(directory, 'none/s');
    await assert.rejects(serve(t, missing), {
      code: 'ENOENT',
      message: `can't bind to a socket: ${missing}: No such file or directory`,
    });
    await assert.rejects(serve(t, join(directory, 'file/s')), { code: 'ENOTDIR' });
  });

  it('leaves nothing open, however it is closed', async (t) => {
    const directory = temporaryDirectory(t);
    const path = join(directory, 's');
    const before = descriptors();
    const never = createTransport(parseControlSpec(path), sharedControl(t));
    await never.close();
    await assert.rejects(never.start(new Recorder().handler), { code: 'ECANCELED' });

    const hasty = createTransport(parseControlSpec(path), sharedControl(t));
    const starting = hasty.start(new Recorder().handler);
    await hasty.close();
    await starting;

    for (const kind of ['unix', 'cunix']) {
      const { transport, recorder, connections } = await serve(t, `${kind}:${path}`);
      recorder.reply = () => new Promise(() => {});
      const idle = await StreamClient.connect(t, { path });
      const waiting = await StreamClient.connect(t, { path });
      waiting.send('V\n');
      await until(() => recorder.commands.length === 1, 'command');
      await Promise.all([transport.close(), transport.close()]);
      await idle.ended();
      await waiting.ended();
      assert.equal(connections.size, 0);
    }
    assert.deepEqual(descriptors(), before);
    assert.deepEqual(readdirSync(directory), []);
  });
});
