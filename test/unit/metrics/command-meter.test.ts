import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMAND_NAMES, CommandMeter, type CommandName } from '../../../src/metrics/command-meter.ts';

/** How often commands of that name succeeded and failed. */
function counts(meter: CommandMeter, name: CommandName): readonly [number, number] {
  return [meter.count(name, 'ok'), meter.count(name, 'error')];
}

test('commands are counted by their letters and by their reply', () => {
  const meter = new CommandMeter();
  const run = (command: string, reply: string) =>
    assert.equal(
      meter.measure(Buffer.from(command), () => reply),
      reply,
    );
  run('U call 192.0.2.1 4000 from', '35000\n');
  run('uE call 192.0.2.1 4000 from', 'E12\n');
  run('L call 192.0.2.1 4000 from to', '0\n');
  run(' \tD call from to', '0\n');
  run('V', '20040107\n');
  run('VF 20040107', '1\n');
  run('', 'E5\n');
  run('\u0000\u00ff', 'E0\n');
  assert.deepEqual(counts(meter, 'update'), [1, 1]);
  assert.deepEqual(counts(meter, 'lookup'), [0, 1]);
  assert.deepEqual(counts(meter, 'delete'), [1, 0]);
  assert.deepEqual(counts(meter, 'version'), [1, 0]);
  assert.deepEqual(counts(meter, 'feature'), [1, 0]);
  assert.deepEqual(counts(meter, 'unknown'), [0, 2]);
  assert.equal(meter.duration.count, 8);
  const all = COMMAND_NAMES.flatMap((name) => counts(meter, name));
  assert.equal(
    all.reduce((sum, count) => sum + count),
    8,
  );
});

test('a command that waits is measured to its end', async () => {
  const meter = new CommandMeter();
  const reply = meter.measure(Buffer.from('R call from'), async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return 'E50\n';
  });
  assert.equal(meter.duration.count, 0);
  assert.equal(await reply, 'E50\n');
  assert.deepEqual(counts(meter, 'record'), [0, 1]);
  assert(meter.duration.sum > 0.015, `${meter.duration.sum} s`);
});
