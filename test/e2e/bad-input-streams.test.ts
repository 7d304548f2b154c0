import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { until } from '../helpers/deadline.ts';
import { type StreamKind, startOpenRelay } from './support/control-sockets.ts';
import { openFiles } from './support/descriptors.ts';
import { HOST } from './support/relay.ts';
import { StreamClient, writeAndClose } from './support/stream-client.ts';

// Clients of the stream sockets that send too much, too little, or go away (protocol.md 2.1 and 2.2).

const VERSION = '20040107\n';
const LINE_KINDS = ['cunix', 'tcp'] as const;

/** A daemon, a way to connect to its socket of this kind, and a check that nothing is left of the connections. */
async function start(t: TestContext, kind: StreamKind) {
  const relay = await startOpenRelay(t);
  const { pid } = relay.daemon;
  // V would be answered before the start has ended.
  await relay.control.command('I');
  const before = openFiles(pid);
  const connect = () => StreamClient.connect(t, relay.streams[kind]);
  const assertNothingLeft = async () => {
    await until(() => openFiles(pid).length <= before.length, 2000, 'end of the connections');
    assert.deepEqual(openFiles(pid), before);
    assert.doesNotMatch(relay.daemon.stderr(), /CRIT/);
  };
  return { ...relay, target: relay.streams[kind], connect, assertNothingLeft };
}

describe('stream clients', { concurrency: 2 }, () => {
  for (const kind of LINE_KINDS) {
    test(`${kind}: lines of up to 8191 bytes are executed, a longer one ends the connection`, async (t) => {
      const { connect, assertNothingLeft } = await start(t, kind);
      const client = await connect();
      const longest = `${'V'.padEnd(8191)}\n`;
      client.send(longest);
      assert.equal(await client.reply(VERSION.length), VERSION);
      client.send(longest.repeat(3));
      assert.equal(await client.reply(VERSION.length * 4), VERSION.repeat(4));
      client.send(`${'V'.padEnd(8190)} `);
      client.send('\nV\n');
      assert.equal(await client.reply(VERSION.length * 6), VERSION.repeat(6));
      // Nothing of the long line is executed, nor what comes behind it.
      client.send(`V\n${'x'.repeat(8192)}\nX\n`);
      assert.equal(await client.ended(), VERSION.repeat(7));
      client.socket.destroy();

      const flood = await connect();
      flood.send('V'.repeat(1_000_000));
      assert.equal(await flood.ended(), '');
      flood.socket.destroy();
      await assertNothingLeft();
    });

    test(`${kind}: every line gets its reply, in order and in pieces too`, async (t) => {
      const { connect, assertNothingLeft } = await start(t, kind);
      const client = await connect();
      const lines: readonly (readonly [string, string])[] = [
        ['', 'E5\n'],
        [' \t\r', 'E5\n'],
        ['V', VERSION],
        ['V\0', 'E5\n'],
        ['\0', 'E5\n'],
        ['\xff\xfe', 'E0\n'],
        ['V y', 'E1\n'],
        ['V && V', 'E3\n'],
        ['V\r', VERSION],
        [`U c ${HOST} 4000`, 'E1\n'],
        [`D ${'c'.repeat(8000)} from`, 'E50\n'],
      ];
      const [input, expected] = [0, 1].map((column) => lines.map((row) => row[column]));
      const replies = expected?.join('') ?? '';
      client.send(`${input?.join('\n')}\n`);
      assert.equal(await client.reply(replies.length), replies);
      for (const character of 'VF 20040107\n') {
        client.send(character);
        await new Promise(setImmediate);
      }
      assert.equal(await client.reply(replies.length + 2), `${replies}1\n`);
      client.socket.destroy();
      await assertNothingLeft();
    });

    test(`${kind}: text after the last line end is never executed`, async (t) => {
      const { connect, control, assertNothingLeft } = await start(t, kind);
      const client = await connect();
      client.halfClose(`V\nU c ${HOST} 4000 from`);
      assert.equal(await client.ended(), VERSION);
      client.socket.destroy();
      await assertNothingLeft();
      assert.equal(await control.command('G nsess_created'), '0\n');
    });

    test(`${kind}: a client that shuts down its write side gets every reply`, async (t) => {
      const { connect, control, assertNothingLeft } = await start(t, kind);
      const client = await connect();
      const ports = Array.from({ length: 50 }, (_, index) => `U c${index} ${HOST} 4000 from\n`);
      client.halfClose(ports.join(''));
      assert.match(await client.ended(), /^(\d+ 127\.0\.0\.1\n){50}$/);
      client.socket.destroy();
      assert.equal(await control.command('G nsess_created'), '50\n');
      assert.equal(await control.command('X'), '0\n');
      await assertNothingLeft();
    });
  }

  test('unix: one command for each connection', async (t) => {
    const { connect, assertNothingLeft } = await start(t, 'unix');
    const table: readonly (readonly [string, string])[] = [
      ['V', VERSION],
      ['V\n', VERSION],
      ['V\nV\n', 'E1\n'],
      ['\n', 'E5\n'],
      [' ', 'E5\n'],
      ['\0', 'E5\n'],
      ['V\0', 'E5\n'],
      ['\xff', 'E0\n'],
      ['V'.padEnd(8191), VERSION],
      [`${'V'.padEnd(8191)} y`, VERSION],
      ['V'.padEnd(100_000, 'V'), 'E2\n'],
    ];
    for (const [command, reply] of table) {
      const client = await connect();
      client.send(command);
      assert.equal(await client.ended(), reply, JSON.stringify(command.slice(0, 20)));
      client.socket.destroy();
    }
    await assertNothingLeft();
  });

  test('unix: a client may shut down its write side', async (t) => {
    const { connect, assertNothingLeft } = await start(t, 'unix');
    const asking = await connect();
    asking.halfClose('V');
    assert.equal(await asking.ended(), VERSION);
    asking.socket.destroy();
    const silent = await connect();
    silent.halfClose();
    assert.equal(await silent.ended(), '');
    silent.socket.destroy();
    await assertNothingLeft();
  });

  // The C daemon loses the commands of such clients (protocol.md 11).
  for (const [kind, end] of [
    ['unix', ''],
    ['unix', '\n'],
    ['cunix', '\n'],
    ['tcp', '\n'],
  ] as const) {
    test(`${kind}: the command of a client that is gone at once is executed (${JSON.stringify(end)})`, async (t) => {
      const { target, control, assertNothingLeft } = await start(t, kind);
      for (let i = 0; i < 50; i++) await writeAndClose(target, `U c${i} ${HOST} 4000 from${end}`);
      await until(async () => (await control.command('G nsess_created')) === '50\n', 2000, '50 sessions');
      assert.equal(await control.command('X'), '0\n');
      await assertNothingLeft();
    });
  }

  test('several commands of a client that is gone at once are executed', async (t) => {
    const { streams, control, assertNothingLeft } = await start(t, 'cunix');
    for (const kind of LINE_KINDS) {
      for (let i = 0; i < 10; i++) {
        const lines = Array.from({ length: 5 }, (_, index) => `U ${kind}${i}-${index} ${HOST} 4000 from\n`);
        await writeAndClose(streams[kind], lines.join(''));
      }
    }
    await until(async () => (await control.command('G nsess_created')) === '100\n', 2000, '100 sessions');
    assert.equal(await control.command('X'), '0\n');
    await assertNothingLeft();
  });
});
