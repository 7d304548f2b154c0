import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { scrypt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { loadNative } from '../../src/addon/loader.ts';
import { atEnd, temporaryDirectory } from '../helpers/cleanup.ts';
import { until } from '../helpers/deadline.ts';
import { bindDatagrams } from '../helpers/unix-datagrams.ts';

const native = loadNative();
const { ECONNREFUSED, ENAMETOOLONG, ENOENT, EAGAIN, EBADF } = constants.errno;

test('users and groups are found by name only', () => {
  assert.deepEqual(native.userIds('root'), [0, 0]);
  assert.equal(native.userIds('no such user'), null);
  assert.equal(native.userIds('0'), null);
  assert.equal(native.groupId('root'), 0);
  assert.equal(native.groupId('no such group'), null);
  for (const wrong of [undefined, 0, {}]) {
    assert.throws(() => Reflect.apply(native.userIds, undefined, [wrong]), TypeError);
    assert.throws(() => Reflect.apply(native.groupId, undefined, [wrong]), TypeError);
  }
  assert.throws(() => Reflect.apply(native.setRealtime, undefined, ['rr']), TypeError);
});

test('datagrams reach a path and an abstract address, whole and in order', async (t) => {
  const fd = native.openDatagram();
  assert.ok(fd > 2, `errno ${-fd}`);
  atEnd(t, () => closeSync(fd));
  assert.match(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'), /^flags:\t0[0-7]*4[0-7]{3}$/m, 'O_NONBLOCK');
  for (const address of [join(temporaryDirectory(t), 'socket'), `@rtpproxy-test-${process.pid}`]) {
    const receiver = await bindDatagrams(t, address);
    for (const text of ['first', 'a\0b\xff', '']) {
      assert.equal(native.sendDatagram(fd, address, Buffer.from(text, 'latin1')), 0);
      assert.equal(await receiver.next(), text);
    }
  }
});

test('a datagram that nobody takes is an errno, and never waits', async (t) => {
  const fd = native.openDatagram();
  atEnd(t, () => closeSync(fd));
  const directory = temporaryDirectory(t);
  const bytes = Buffer.alloc(1000);
  assert.equal(native.sendDatagram(fd, join(directory, 'missing'), bytes), ENOENT);
  assert.equal(native.sendDatagram(fd, `@rtpproxy-nobody-${process.pid}`, bytes), ECONNREFUSED);
  assert.equal(native.sendDatagram(fd, 'x'.repeat(108), bytes), ENAMETOOLONG);
  assert.equal(native.sendDatagram(fd, '', bytes), ENAMETOOLONG);
  const address = join(directory, 'full');
  const receiver = await bindDatagrams(t, address);
  receiver.stall();
  const results = Array.from({ length: 5000 }, () => native.sendDatagram(fd, address, bytes));
  assert.ok(results.includes(0) && results.at(-1) === EAGAIN, `the last was ${results.at(-1)}`);
});

test('arguments of another shape are refused', () => {
  const fd = native.openDatagram();
  try {
    const bytes = new Uint8Array(1);
    for (const args of [
      ['3', '/x', bytes],
      [fd, 3, bytes],
      [fd, '/x', 'text'],
      [fd, '/x', new Uint16Array(1)],
      [fd, '/x'],
    ]) {
      assert.throws(() => Reflect.apply(native.sendDatagram, undefined, args), TypeError);
    }
    assert.throws(() => native.sendDatagram(-1, '/x', bytes), RangeError);
  } finally {
    closeSync(fd);
  }
});

test('a write lock keeps other processes out until it is given up, and waits for none', async (t) => {
  const file = join(temporaryDirectory(t), 'file');
  const fd = openSync(file, 'a');
  atEnd(t, () => closeSync(fd));
  const script = fileURLToPath(new URL('children/hold-lock.ts', import.meta.url));
  const other = spawn(process.execPath, ['--import', 'tsx', script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  atEnd(t, () => {
    other.kill('SIGKILL');
  });
  const [said] = await once(other.stdout, 'data');
  assert.equal(String(said), '0\n');
  assert.equal(await native.setWriteLock(fd, true), EAGAIN);
  const ended = once(other, 'exit');
  other.stdin.end();
  await ended;
  assert.equal(await native.setWriteLock(fd, true), 0);
  assert.equal(await native.setWriteLock(fd, false), 0);
});

test('all work of the pool is known, whoever asked for it, until it is done', async (t) => {
  const file = join(temporaryDirectory(t), 'file');
  const fd = openSync(file, 'a');
  atEnd(t, () => closeSync(fd));
  const handle = await open(file);
  const text = (...words: readonly string[]) => Buffer.from(words.map((word) => `${word}\0`).join(''));
  const work: Record<string, () => Promise<unknown>> = {
    file: () => stat(file),
    'closed file': () => handle.close(),
    lock: () => native.setWriteLock(fd, true),
    program: () => native.startProgram(fd, fd, text('/nonexistent'), text()),
    name: () => lookup('localhost'),
    compression: () => promisify(gzip)('text'),
    cryptography: () => promisify(scrypt)('password', 'salt', 8),
  };
  for (const [what, begin] of Object.entries(work)) {
    await until(() => !native.hasRequests(), 2000, `end of what was before: ${what}`);
    const done = begin();
    assert.equal(native.hasRequests(), true, what);
    await done;
  }
  await until(() => !native.hasRequests(), 2000, 'the last end');
});

test('a lock of what is no open file is an errno', async () => {
  const fd = openSync('/dev/null', 'r');
  closeSync(fd);
  assert.equal(await native.setWriteLock(fd, true), EBADF);
  assert.throws(() => Reflect.apply(native.setWriteLock, undefined, ['3', true]), TypeError);
  assert.throws(() => Reflect.apply(native.setWriteLock, undefined, [0]), TypeError);
});
