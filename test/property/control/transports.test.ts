import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CommandHandler } from '../../../src/control/transport.ts';
import { commandRig } from '../../unit/commands/command-rig.ts';
import { portOf, StreamClient, serve, temporaryDirectory, UdpClient } from '../../unit/control/support.ts';
import { FULL_SCALE, nearlyCommand } from '../commands.ts';

const RUNS = FULL_SCALE ? 20_000 : 500;
const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 9000 }), nearlyCommand);

const latin1 = (data: Uint8Array) => Buffer.from(data).toString('latin1');

/** The handler of a daemon, and what it has answered since the last time. */
function answering(): { readonly handler: CommandHandler; take(): string[] } {
  const { dispatcher } = commandRig();
  const replies: string[] = [];
  const handler: CommandHandler = async (command, peer, room) => {
    const reply = await dispatcher.handle(command, peer, room);
    replies.push(reply);
    return reply;
  };
  return { handler, take: () => replies.splice(0) };
}

test('any datagram has one reply of at most 1023 bytes, with its cookie if it has one', async (t) => {
  const { handler, take } = answering();
  const { transport, recorder } = await serve(t, 'udp:127.0.0.1:0');
  recorder.reply = (command) => handler(Buffer.from(command, 'latin1'), { transport: 'udp' }, 1023);
  const client = await UdpClient.open(t, portOf(transport));
  let number = 0;
  const property = fc.asyncProperty(bytes, fc.boolean(), async (data, isCommand) => {
    number += 1;
    const text = isCommand ? `c${number} ${latin1(data)}` : latin1(data);
    const sent = text.slice(0, 8191);
    const cookie = /^[ \t\r\n]*([^\0 \t\r\n]{1,1000})(?=[ \t\r\n]|$)/.exec(sent)?.[1];
    const reply = await client.ask(text);
    assert.ok(reply.length <= 1023 && reply.endsWith('\n'));
    if (cookie === undefined) assert.equal(reply, 'E5\n');
    else assert.ok(reply.startsWith(`${cookie} `));
    const answered = take();
    // None: the reply was that of an earlier command with this cookie.
    if (answered.length > 0)
      assert.deepEqual(
        [reply],
        answered.map((one) => (cookie === undefined ? one : `${cookie} ${one}`)),
      );
    // A second reply to the command would come before that of the next one.
    assert.equal(await client.ask(`next${number} V`), `next${number} 20040107\n`);
    take();
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('any bytes over a unix: connection have one reply, and none have none', async (t) => {
  const { handler, take } = answering();
  const path = `${temporaryDirectory(t)}/socket`;
  const { recorder } = await serve(t, `unix:${path}`);
  recorder.reply = (command) => handler(Buffer.from(command, 'latin1'), { transport: 'unix' }, 1023);
  const property = fc.asyncProperty(bytes, async (data) => {
    const client = await StreamClient.connect(t, { path });
    client.socket.end(data);
    const text = await client.ended();
    assert.deepEqual(take(), data.length === 0 ? [] : [text]);
    assert.ok(text.length <= 1023);
  });
  await fc.assert(property, { numRuns: RUNS / 5 });
});

test('any bytes over a cunix: connection, cut anywhere, have one reply for each line', async (t) => {
  const { handler, take } = answering();
  const path = `${temporaryDirectory(t)}/socket`;
  const { recorder } = await serve(t, `cunix:${path}`);
  recorder.reply = (command) => handler(Buffer.from(command, 'latin1'), { transport: 'unix' }, 1023);
  const property = fc.asyncProperty(fc.array(bytes, { maxLength: 8 }), async (pieces) => {
    const client = await StreamClient.connect(t, { path });
    for (const piece of pieces) client.socket.write(piece);
    client.socket.end();
    const text = await client.ended();
    const lines = pieces.map(latin1).join('').split('\n').slice(0, -1);
    const overlong = lines.findIndex((line) => line.length > 8191);
    const replies = take();
    assert.equal(replies.join(''), text);
    assert.equal(replies.length, overlong === -1 ? lines.length : overlong);
    assert.ok(replies.every((reply) => reply.length <= 1023));
  });
  await fc.assert(property, { numRuns: RUNS / 5 });
});
