import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { CommandGenerator, type GeneratorOptions } from '../conformance/compare/generator.ts';
import { commandRig, PEER } from '../unit/commands/command-rig.ts';
import { localAddress, V4, V6 } from '../unit/protocol/address-book.ts';
import { FULL_SCALE, nearlyCommand } from './commands.ts';

const COMMANDS = FULL_SCALE ? 1_000_000 : 20_000;
/** Commands of one generator that are sent to one daemon. */
const HISTORY = 1000;
const GRAMMAR: GeneratorOptions = { bridge: true, deleteAll: true, datagrams: true, notify: true };
/** Heap that may stay after so many commands: caches of the engine and of Node, not ours. */
const MAX_GROWTH = 4 * 1024 * 1024;

/** The control plane with enough of everything to get far into the commands. */
function daemon() {
  const listen = [V4, localAddress('127.0.0.2', { label: 'one' }), V6];
  const policy = { ports: { min: 41000, max: 41100, sequential: true } };
  return commandRig({ listen, policy, bridge: true, notifications: true });
}

type Daemon = ReturnType<typeof daemon>;

/** Sends the command and checks that it has one reply of at most `room` bytes, and is counted once. */
async function checkReply({ dispatcher, counters, engine, log }: Daemon, command: Uint8Array, room: number) {
  const count = () => counters.get('ncmds_rcvd');
  const replies = () => [counters.get('ncmds_repld'), counters.get('ncmds_succd') + counters.get('ncmds_errs')];
  const before = count();
  const repliesBefore = replies();
  const reply = await dispatcher.handle(command, PEER, room);
  assert.match(reply, /^[\0-\xff]*\n$/);
  assert.ok(reply.length <= room, `${reply.length} bytes of ${room}`);
  assert.notEqual(reply, 'E81\n', log.take().join('\n'));
  assert.equal(count(), before + 1);
  assert.deepEqual(
    replies(),
    repliesBefore.map((value) => value + 1),
  );
  engine.take();
  log.take();
  return reply;
}

test('commands that look like those of a controller are answered once, within limits', async () => {
  const histories = fc.asyncProperty(fc.integer(), async (seed) => {
    const rig = daemon();
    const generator = new CommandGenerator(seed, GRAMMAR);
    for (let sent = 0; sent < HISTORY; sent += 1) {
      const { body, cookieLength } = generator.next();
      await checkReply(rig, Buffer.from(body, 'latin1'), 1022 - Math.max(cookieLength, 1));
    }
  });
  await fc.assert(histories, { numRuns: COMMANDS / HISTORY });
});

test('any bytes are answered once, within limits', async () => {
  const rig = daemon();
  const command = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 8191 }), nearlyCommand);
  const replies = fc.asyncProperty(command, fc.integer({ min: 22, max: 1023 }), async (bytes, room) => {
    await checkReply(rig, bytes, room);
  });
  await fc.assert(replies, { numRuns: COMMANDS / 4 });
});

test('the heap is as large after many commands as after some', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const rig = daemon();
  const generator = new CommandGenerator(1, GRAMMAR);
  const heapAfter = async (count: number) => {
    for (let sent = 0; sent < count; sent += 1) {
      await checkReply(rig, Buffer.from(generator.next().body, 'latin1'), 1023);
    }
    await checkReply(rig, Buffer.from('X'), 1023);
    collect();
    return process.memoryUsage().heapUsed;
  };
  const first = await heapAfter(COMMANDS / 10);
  const last = await heapAfter(COMMANDS);
  t.diagnostic(`${first} bytes of heap after ${COMMANDS / 10} commands, ${last} after ${COMMANDS} more`);
  assert.ok(last - first < MAX_GROWTH, `${last - first} bytes more`);
});
