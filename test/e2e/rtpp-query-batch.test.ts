import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';
import { until, within } from '../helpers/deadline.ts';
import { noTerminal, onTerminal } from '../helpers/terminal.ts';

// rtpp-query with --batch, --json and --watch.

const PROGRAM = fileURLToPath(new URL('../../dist/cli/rtpp-query.js', import.meta.url));
const DEADLINE_MS = 20_000;

function start(t: TestContext, args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'pipe', timeout: 60_000 });
  atEnd(t, () => {
    child.kill('SIGKILL');
  });
  child.stdin.on('error', () => undefined);
  return child;
}

/** What it says until its end. */
async function query(t: TestContext, args: readonly string[], input = '') {
  const child = start(t, args);
  child.stdin.end(Buffer.from(input, 'latin1'));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

async function startTargets(t: TestContext) {
  const udp = `udp:127.0.0.1:${await freeUdpPort('127.0.0.1')}`;
  const { directory } = await startDaemon(t, ['-s', udp, '-s', 'cunix:c', '-s', 'unix:u', '-l', '127.0.0.1']);
  return { directory, targets: [udp, `cunix:${directory}/c`, `unix:${directory}/u`] };
}

const memoryOf = (child: ChildProcess): number => {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1')) ?? [];
  return Number(kilobytes);
};

test('a batch: replies in order, comments and empty lines left out, exit code 4 for an error', async (t) => {
  const { targets } = await startTargets(t);
  for (const target of targets) {
    const calls = Array.from({ length: 50 }, (_, n) => `U c${n} 127.0.0.1 4000 a\r\nQ c${n} a\nD c${n} a`);
    const good = await query(t, ['-s', target, '--batch'], `# calls\n\n  \n${calls.join('\n')}\n # the end`);
    assert.equal(good.code, 0, good.err);
    const lines = good.out.split('\n');
    assert.equal(lines.pop(), '');
    assert.equal(lines.length, 150);
    for (const [at, line] of lines.entries()) {
      assert.match(line, [/^\d+ 127\.0\.0\.1$/, /^(60|5\d) 0 0 0 0$/, /^0$/][at % 3] ?? /^$/, target);
    }
    const bad = await query(t, ['-s', target, '--batch', '-n', '3'], 'V\nD a b\nV\nD a b\n#\n?');
    assert.deepEqual([bad.code, bad.out], [4, '20040107\nE50\n20040107\nE50\nE0\n']);
    assert.equal(bad.err.split('\n').length, 3, 'each error is explained once');
  }
});

test('without --batch an error is an answer, and # no comment', async (t) => {
  const { targets } = await startTargets(t);
  const { code, out } = await query(t, ['-s', String(targets[0]), '-i', '-'], '# x\nD a b\n');
  assert.deepEqual([code, out], [0, 'E0\nE50\n']);
});

test('JSON: a line for each command, with what numbers and errors mean', async (t) => {
  const { targets } = await startTargets(t);
  for (const target of targets) {
    const input = 'U c 127.0.0.1 4000 a\nQ c a\nG nsess_created ncmds_errs\nGv nsess_created\nI\nD a\xff b\nX';
    const { code, out } = await query(t, ['-s', target, '--batch', '--json'], input);
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(code, 4);
    assert.deepEqual(
      answers.map(({ command }) => command),
      input.split('\n'),
    );
    const [update, figures, counters, verbose, info, error, all] = answers;
    assert.match(String(update?.reply), /^\d+ 127\.0\.0\.1$/);
    assert.deepEqual(
      { ...(figures?.values as object), ttl: 0 },
      { ttl: 0, npkts_ina: 0, npkts_ino: 0, nrelayed: 0, ndropped: 0 },
    );
    assert.ok((counters?.values as Record<string, number> | undefined)?.nsess_created);
    assert.deepEqual(Object.keys(counters?.values as object), ['nsess_created', 'ncmds_errs']);
    assert.deepEqual(Object.keys(verbose?.values as object), ['nsess_created']);
    assert.equal((info?.values as Record<string, number> | undefined)?.active_sessions, 1);
    assert.deepEqual([error?.ok, error?.error, error?.reason], [false, 50, 'sessionNotFound']);
    assert.deepEqual(all, { command: 'X', reply: '0', ok: true });
  }
  const operands = await query(t, ['-s', String(targets[1]), '--json', 'V']);
  assert.deepEqual([operands.code, operands.out], [0, '{"command":"V","reply":"20040107","ok":true}\n']);
});

test('a coprocess gets each reply before it sends the next command', async (t) => {
  const { targets } = await startTargets(t);
  for (const target of targets) {
    const child = start(t, ['-s', target, '--batch']);
    let out = '';
    child.stdout.setEncoding('latin1').on('data', (part: string) => {
      out += part;
    });
    for (let n = 1; n <= 5; n++) {
      child.stdin.write('V\n');
      await until(() => out === '20040107\n'.repeat(n), DEADLINE_MS, `reply ${n}`);
    }
    child.stdin.end();
    await within(once(child, 'close'), DEADLINE_MS, 'the end');
    assert.equal(child.exitCode, 0);
  }
});

test('a huge batch passes in constant memory, and who reads slowly slows it down', async (t) => {
  const { directory } = await startTargets(t);
  const child = start(t, ['-s', `cunix:${directory}/c`, '--batch', '--json']);
  const block = 'G nsess_created nsess_timeout nsess_complete\n'.repeat(100);
  let written = 0;
  const feed = (): void => {
    while (!child.stdin.destroyed && written < 400) {
      written += 1;
      if (!child.stdin.write(block)) return void child.stdin.once('drain', feed);
    }
    if (written === 400) child.stdin.end();
  };
  feed();
  // Replies come, and nobody reads on: it stops to take commands.
  await once(child.stdout, 'readable');
  let before = -1;
  const stopped = async (): Promise<boolean> => {
    before = written;
    await delay(500);
    return before === written;
  };
  await until(stopped, DEADLINE_MS, 'a stop');
  assert.ok(written < 400, `${written}`);
  // Of the first and the second half of the replies.
  const highest = [0, 0];
  let lines = 0;
  for await (const part of child.stdout as AsyncIterable<Buffer>) {
    for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) lines += 1;
    const half = lines < 20_000 ? 0 : 1;
    if (child.exitCode === null) highest[half] = Math.max(highest[half] ?? 0, memoryOf(child));
  }
  assert.equal(lines, 40_000);
  assert.ok((highest[1] ?? 0) < (highest[0] ?? 0) + 20_000, `${highest.join(' kB, then ')} kB`);
});

test('a line without an end is refused', async (t) => {
  const { directory } = await startTargets(t);
  const { code, err } = await query(t, ['-s', `cunix:${directory}/c`, '--batch'], 'x'.repeat(300_000));
  assert.deepEqual([code, err], [1, 'rtpp-query: a line of the input is longer than 65536 bytes\n']);
});

test('a reader that goes away is no failure that is worth a word', async (t) => {
  const { directory } = await startTargets(t);
  const socket = `cunix:${directory}/c`;
  for (const args of [['--batch'], ['--batch', '--json'], ['--watch', '0.1', 'V']]) {
    const script = '{ yes V | "$@"; echo "code $?" >&2; } | head -n 1';
    const { stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', process.execPath, PROGRAM, '-s', socket, ...args], {
      encoding: 'latin1',
      timeout: DEADLINE_MS,
    });
    assert.equal(stdout.split('\n').length, 2);
    assert.equal(stderr.replace(/^yes: .*\n/m, ''), 'code 141\n', args.join(' '));
  }
});

test('a command without a reply ends the batch with exit code 2 after its time', async (t) => {
  const silent = createSocket('udp4');
  silent.bind(0, '127.0.0.1');
  await once(silent, 'listening');
  atEnd(t, () => {
    silent.close();
  });
  const udp = `udp:127.0.0.1:${silent.address().port}`;
  const late = await query(t, ['-s', udp, '-b', '--batch', '--reply-timeout', '0.2'], 'V\n');
  assert.equal(late.code, 2);
  assert.match(late.err, /^rtpp-query: no reply within 200 ms for "V"/);
  // One that answers the first command alone: that answer is there.
  const server = createServer((connection) => connection.once('data', () => connection.write('20040107\n')));
  const path = join(temporaryDirectory(t), 'socket');
  server.listen(path);
  await once(server, 'listening');
  atEnd(t, () => {
    server.close();
  });
  const half = await query(t, ['-s', `cunix:${path}`, '-b', '--batch', '--reply-timeout', '0.2'], 'V\nI\nV\n');
  assert.deepEqual([half.code, half.out], [2, '20040107\n']);
});

test('--watch without a terminal: a block for each round, until a signal', async (t) => {
  const { targets } = await startTargets(t);
  for (const [args, block] of [
    [[], /^\d{4}-\d\d-\d\dT[\d:.]+Z\n20040107\n0\n$/],
    [['--json'], /^\{"time":"\d{4}-[^"]+","command":"V".*\}\n\{"time":.*"values":\{"nsess_created":0\}\}\n$/],
  ] as const) {
    const child = start(t, ['-s', String(targets[0]), '--watch', '0.1', ...args, 'V', 'G nsess_created']);
    let out = '';
    child.stdout.setEncoding('latin1').on('data', (part: string) => {
      out += part;
    });
    const blocks = (): string[] => out.match(/(?:.+\n){2,3}/g) ?? [];
    await until(() => out.split('\n').length > 12, DEADLINE_MS, 'rounds');
    child.kill('SIGINT');
    await within(once(child, 'close'), DEADLINE_MS, 'the end');
    assert.deepEqual([child.exitCode, child.signalCode], [0, null]);
    assert.doesNotMatch(out, /\x1b/);
    if (args.length === 0) for (const text of blocks()) assert.match(text, block);
    else assert.match(out.split('\n').slice(0, 2).join('\n').concat('\n'), block);
  }
});

test('--watch on a terminal redraws', { skip: noTerminal }, async (t) => {
  const { targets } = await startTargets(t);
  const watching = [process.execPath, PROGRAM, '-s', String(targets[0]), '--watch', '0.1', 'V'];
  const [script = '', ...args] = onTerminal(watching);
  const child = spawn(script, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  atEnd(t, () => {
    child.kill('SIGKILL');
  });
  let out = '';
  child.stdout.setEncoding('latin1').on('data', (part: string) => {
    out += part;
  });
  await until(() => out.split('\x1b[2J').length > 3, DEADLINE_MS, 'some rounds');
  child.stdin.write('\x03');
  await within(once(child, 'close'), DEADLINE_MS, 'the end');
  assert.equal(child.exitCode, 0);
  assert.match(out, /\x1b\[H\x1b\[2J\x1b\[3J\d{4}-[^\n]+Z\r\n20040107\r\n/);
});

test('--watch goes on while the daemon is away, and not when it was never there', async (t) => {
  const { directory } = await startTargets(t);
  const path = join(temporaryDirectory(t), 'socket');
  const open = async () => {
    const server = createServer((connection) => connection.once('data', () => connection.end('20040107\n')));
    server.listen(path);
    await once(server, 'listening');
    return server;
  };
  let server = await open();
  const child = start(t, ['-s', path, '--watch', '0.1', 'V']);
  const seen = { out: '', err: '' };
  child.stdout.setEncoding('latin1').on('data', (part: string) => (seen.out += part));
  child.stderr.setEncoding('latin1').on('data', (part: string) => (seen.err += part));
  await until(() => seen.out.includes('20040107'), DEADLINE_MS, 'a round');
  server.close();
  await until(() => seen.err.includes('ENOENT'), DEADLINE_MS, 'a failure');
  const before = seen.out.length;
  server = await open();
  atEnd(t, () => {
    server.close();
  });
  await until(() => seen.out.length > before, DEADLINE_MS, 'another round');
  child.kill('SIGTERM');
  await within(once(child, 'close'), DEADLINE_MS, 'the end');
  assert.equal(child.exitCode, 0);
  const never = await query(t, ['-s', `${directory}/none`, '--watch', '1', 'V']);
  assert.equal(never.code, 1);
  const over = await query(t, ['-s', `${directory}/u`, '--watch', '0.1', '-t', '0.5', 'V']);
  assert.equal(over.code, 3);
});

test('a signal ends --watch also while it waits for a reply', async (t) => {
  const path = join(temporaryDirectory(t), 'socket');
  let questions = 0;
  const server = createServer((connection) =>
    connection.on('data', () => {
      questions += 1;
      if (questions === 1) connection.write('20040107\n');
    }),
  );
  server.listen(path);
  await once(server, 'listening');
  atEnd(t, () => {
    server.close();
  });
  const child = start(t, ['-s', `cunix:${path}`, '-b', '--reply-timeout', '600', '--watch', '0.1', 'V']);
  await until(() => questions === 2, DEADLINE_MS, 'the second round');
  child.kill('SIGTERM');
  await within(once(child, 'close'), DEADLINE_MS, 'the end');
  assert.equal(child.exitCode, 0);
});

test('options that do not go together', async (t) => {
  for (const [args, message] of [
    [['--watch', '1'], /no command/],
    [['--watch', '1', '-i', 'x', 'V'], /--watch takes its commands as operands/],
    [['--watch', '1', '--batch', 'V'], /--watch takes its commands as operands/],
    [['--watch', '0', 'V'], /not a time in seconds: 0/],
    [['--reply-timeout', 'x', 'V'], /not a time in seconds: x/],
  ] as const) {
    const { code, err } = await query(t, args);
    assert.equal(code, 1);
    assert.match(err, message);
  }
});
