import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { LineSession } from '../../../src/control/line-session.ts';
import { Recorder, until } from './support.ts';

function session(output: Writable = new PassThrough({ highWaterMark: 1 << 20 })) {
  const input = new PassThrough({ highWaterMark: 1 << 20 });
  const recorder = new Recorder();
  const finished = { count: 0 };
  const lines = new LineSession({
    input,
    output,
    peer: { transport: 'stdio' },
    handler: recorder.handler,
    onFinished: () => {
      finished.count++;
    },
  });
  return { input, output, recorder, finished, lines };
}

function text(output: Writable): string {
  assert(output instanceof PassThrough);
  const bytes: unknown = output.read();
  return bytes instanceof Buffer ? bytes.toString('latin1') : '';
}

describe('line session', () => {
  it('answers in order although a reply takes its time', async () => {
    const { input, output, recorder } = session();
    const slow: ((reply: string) => void)[] = [];
    recorder.reply = (command) => (command === 'slow' ? new Promise((resolve) => slow.push(resolve)) : `${command}\n`);
    input.write('a\nslow\nb\n');
    await until(() => slow.length === 1, 'slow command');
    input.write('c\n');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(recorder.commands, ['a', 'slow']);
    slow[0]?.('slow done\n');
    await until(() => recorder.commands.length === 4, 'remaining commands');
    assert.equal(text(output), 'a\nslow done\nb\nc\n');
  });

  it('tells the end once, after the last reply, and never executes an unfinished line', async () => {
    const { input, output, recorder, finished } = session();
    let release: (reply: string) => void = () => {};
    recorder.reply = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    input.end('a\nb');
    await until(() => recorder.commands.length === 1, 'command');
    await until(() => input.closed, 'end of input');
    assert.equal(finished.count, 0);
    release('A\n');
    await until(() => finished.count === 1, 'end');
    assert.deepEqual(recorder.commands, ['a']);
    assert.equal(text(output), 'A\n');
  });

  it('ends at an overlong line, after the commands before it', async () => {
    const { input, output, finished } = session();
    input.write(`a\n${'x'.repeat(8192)}\nb\n`);
    await until(() => finished.count === 1, 'end');
    assert.equal(text(output), 'a\n');
    input.write('c\n');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(finished.count, 1);
    assert.equal(text(output), '');
  });

  it('stops executing and reading while the replies are not read', async () => {
    const stuck: (() => void)[] = [];
    const output = new Writable({ highWaterMark: 100, write: (_chunk, _encoding, done) => stuck.push(done) });
    const { input, recorder, finished } = session(output);
    const line = `${'x'.repeat(49)}\n`;
    input.write(line.repeat(20_000));
    await until(() => recorder.commands.length > 0, 'first command');
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(recorder.commands.length, 2);
    assert(input.isPaused());
    input.end();
    while (finished.count === 0) {
      stuck.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(recorder.commands.length, 20_000);
  });

  it('executes what it has read although the output is gone', async () => {
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('gone')) });
    const { input, recorder, finished } = session(output);
    input.end('a\n'.repeat(500));
    await until(() => finished.count === 1, 'end');
    assert.equal(recorder.commands.length, 500);
  });

  it('lets others work between many commands', async () => {
    const { input, recorder } = session();
    input.write('a\n'.repeat(1000));
    await until(() => recorder.commands.length > 0, 'first command');
    assert(recorder.commands.length < 1000);
    await until(() => recorder.commands.length === 1000, 'all commands');
  });

  it('executes nothing more once stopped', async () => {
    const { input, output, recorder, finished, lines } = session();
    recorder.reply = (command) => {
      if (command === 'stop') lines.stop();
      return 'x\n';
    };
    input.end('a\nstop\nb\n');
    await until(() => recorder.commands.length === 2, 'stop');
    await until(() => input.closed, 'end of input');
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(recorder.commands, ['a', 'stop']);
    assert.equal(finished.count, 0);
    assert.equal(text(output), 'x\n');
  });
});
