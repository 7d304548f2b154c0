import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StdioTransport } from '../../../src/control/stdio.ts';
import { Recorder, until, within } from './support.ts';

async function start(t: TestContext, kind: 'stdio' | 'stdioc' = 'stdio', output: Writable = new PassThrough()) {
  const input = new PassThrough();
  const recorder = new Recorder();
  const ends: string[] = [];
  const transport = new StdioTransport(
    { kind, text: `${kind}:` },
    { input, output, onEof: (which) => ends.push(which) },
  );
  t.after(() => transport.close());
  await transport.start(recorder.handler);
  let text = '';
  if (output instanceof PassThrough) {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
  }
  return { transport, input, recorder, ends, text: () => text };
}

describe('stdio:', () => {
  it('answers lines and tells the end of input after the last reply', async (t) => {
    for (const kind of ['stdio', 'stdioc'] as const) {
      const { input, recorder, ends, text } = await start(t, kind);
      input.write('V\n');
      await until(() => text() === 'V\n', 'reply');
      assert.deepEqual(ends, []);
      input.end('I\n\nnot finished');
      await until(() => ends.length === 1, 'end of input');
      assert.equal(text(), 'V\nI\nE5\n');
      assert.deepEqual(ends, [kind]);
      assert.deepEqual(recorder.commands, ['V', 'I', '']);
      assert.deepEqual(recorder.peers[0], { transport: 'stdio' });
    }
  });

  it('takes an overlong line for the end of input', async (t) => {
    const { input, ends, text } = await start(t);
    input.write(`V\n${'x'.repeat(8192)}`);
    await until(() => ends.length === 1, 'end of input');
    assert.equal(text(), 'V\n');
  });

  it('takes a failure of stdin for its end', async (t) => {
    const { input, ends } = await start(t);
    input.destroy(new Error('EIO'));
    await until(() => ends.length === 1, 'end of input');
  });

  it('goes on executing when stdout is closed', async (t) => {
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const { input, recorder, ends } = await start(t, 'stdio', output);
    input.write('V\n');
    await until(() => output.destroyed, 'failure of stdout');
    input.write('I\n');
    await until(() => recorder.commands.length === 2, 'second command');
    input.end();
    await until(() => ends.length === 1, 'end of input');
  });

  it('says nothing any more once closed', async (t) => {
    const { transport, input, recorder, ends } = await start(t);
    await transport.close();
    await transport.close();
    input.end('V\n');
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(recorder.commands, []);
    assert.deepEqual(ends, []);
    await new StdioTransport({ kind: 'stdio', text: 'stdio:' }).close();
  });
});

describe('stdio: of a process', () => {
  const source = fileURLToPath(new URL('../../../src/control/stdio.ts', import.meta.url));
  const run = (t: TestContext, body: string) => {
    const script = `
      import { StdioTransport } from ${JSON.stringify(source)};
      const transport = new StdioTransport({ kind: 'stdio', text: 'stdio:' }, { onEof: () => process.stderr.write('EOF\\n') });
      const close = () => void transport.close();
      let count = 0;
      await transport.start((command) => { count++; ${body} return Buffer.from(command).toString('latin1') + '\\n'; });
    `;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    t.after(() => child.kill('SIGKILL'));
    const seen = { out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      seen.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      seen.err += chunk;
    });
    child.stdin.on('error', () => {});
    return { child, seen, exit: once(child, 'close') };
  };

  it('answers everything before it ends by itself at EOF', async (t) => {
    const { child, seen, exit } = run(t, '');
    const lines = Array.from({ length: 20_000 }, (_, index) => `command ${index}\n`).join('');
    child.stdin.end(lines);
    assert.deepEqual(await within(exit, 'exit'), [0, null]);
    assert.equal(seen.out, lines);
    assert.equal(seen.err, 'EOF\n');
  });

  it('does not keep the process alive once closed, although stdin is open', async (t) => {
    const { child, seen, exit } = run(t, 'if (count === 2) close();');
    child.stdin.write('V\nI\nV\n');
    assert.deepEqual(await within(exit, 'exit'), [0, null]);
    assert.equal(seen.out, 'V\n');
    assert.equal(seen.err, '');
  });

  it('survives a closed stdout', async (t) => {
    const { child, seen, exit } = run(t, "if (count === 300) process.stderr.write('all\\n');");
    child.stdout.destroy();
    child.stdin.write('V\n'.repeat(200));
    child.stdin.end('V\n'.repeat(100));
    assert.deepEqual(await within(exit, 'exit'), [0, null]);
    assert.equal(seen.err, 'all\nEOF\n');
  });
});
