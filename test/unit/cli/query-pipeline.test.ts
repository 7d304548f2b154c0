import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers } from '../../../src/cli/query-pipeline.ts';
import { within } from '../../helpers/deadline.ts';

/** A daemon that answers when it is told to. */
function rig() {
  const open: { command: string; answer: (reply: string | Error) => void }[] = [];
  let most = 0;
  const client = {
    raw: (command: string) =>
      new Promise<string>((resolve, reject) => {
        const answer = (reply: string | Error): void => {
          open.splice(
            open.findIndex((one) => one.command === command),
            1,
          );
          if (reply instanceof Error) reject(reply);
          else resolve(reply);
        };
        open.push({ command, answer });
        most = Math.max(most, open.length);
      }),
  };
  return { client, open, most: () => most };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('answers come in the order of the commands, and so many are under way', async () => {
  const { client, open, most } = rig();
  let read = 0;
  async function* commands(): AsyncGenerator<string, void, void> {
    for (; read < 1000; read++) yield await Promise.resolve(String(read));
  }
  const got: string[] = [];
  const done = (async () => {
    for await (const { command, reply } of answers(client, commands(), 4, {})) {
      assert.equal(reply, `reply ${command}`);
      got.push(command);
    }
  })();
  while (got.length < 1000) {
    await settled();
    assert.ok(read - got.length <= 5, 'no more is read than is sent');
    // The latest first.
    for (const { command, answer } of [...open].reverse()) answer(`reply ${command}`);
  }
  await done;
  assert.deepEqual(
    got,
    Array.from({ length: 1000 }, (_, n) => String(n)),
  );
  assert.equal(most(), 4);
});

test('who waits for an answer before the next command gets it', async () => {
  const { client, open } = rig();
  let next = (_: string): void => assert.fail();
  async function* commands(): AsyncGenerator<string, void, void> {
    for (;;) yield await new Promise<string>((resolve) => (next = resolve));
  }
  const all = answers(client, commands(), 16, {});
  for (let n = 0; n < 20; n++) {
    const answer = all.next();
    await settled();
    next(`c${n}`);
    await settled();
    open[0]?.answer('0');
    assert.deepEqual(await within(answer, 1000, 'an answer'), { value: { command: `c${n}`, reply: '0' }, done: false });
  }
});

test('the first command without a reply ends it, after the answers before it', async () => {
  const { client, open } = rig();
  async function* commands(): AsyncGenerator<string, void, void> {
    yield* ['a', 'b', 'c'];
  }
  const all = answers(client, commands(), 3, {});
  const first = all.next();
  while (open.length < 3) await settled();
  for (const [at, reply] of [
    [2, '0'],
    [1, new Error('no reply')],
    [0, '1'],
  ] as const)
    open[at]?.answer(reply);
  assert.deepEqual((await first).value, { command: 'a', reply: '1' });
  await assert.rejects(all.next(), /no reply/);
});

test('no commands, no answers', async () => {
  const { client } = rig();
  async function* commands(): AsyncGenerator<string, void, void> {}
  assert.deepEqual(await answers(client, commands(), 3, {}).next(), { value: undefined, done: true });
});
