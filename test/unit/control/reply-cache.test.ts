import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REPLY_LIFE_MS, ReplyCache, type ReplyCacheOptions } from '../../../src/control/reply-cache.ts';

function cacheAt(options: ReplyCacheOptions = {}) {
  const clock = { now: 1000 };
  return { clock, cache: new ReplyCache({ ...options, now: () => clock.now }) };
}

describe('reply cache', () => {
  it('repeats a reply for 35 s after it was stored, however often it was asked for', () => {
    const { cache, clock } = cacheAt();
    assert.equal(cache.lookup('c'), undefined);
    cache.store('c', 'one\n');
    clock.now += 20_000;
    assert.equal(cache.lookup('c'), 'one\n');
    clock.now += REPLY_LIFE_MS - 20_000 - 1;
    assert.equal(cache.lookup('c'), 'one\n');
    clock.now += 1;
    assert.equal(cache.lookup('c'), undefined);
    assert.equal(cache.hits, 2);
    assert.equal(cache.size, 0);
    assert.equal(cache.bytes, 0);
    cache.clear();
  });

  it('tells cookies apart by their bytes alone', () => {
    const { cache } = cacheAt();
    cache.store('c', '1\n');
    assert.equal(cache.lookup('C'), undefined);
    assert.equal(cache.lookup('__proto__'), undefined);
    assert.equal(cache.lookup('c'), '1\n');
    cache.clear();
  });

  it('sweeps only what has expired', () => {
    const { cache, clock } = cacheAt();
    cache.store('old', '1\n');
    clock.now += 3000;
    cache.store('new', '2\n');
    clock.now += REPLY_LIFE_MS - 3000;
    cache.sweep();
    assert.equal(cache.size, 1);
    assert.equal(cache.lookup('old'), undefined);
    assert.equal(cache.lookup('new'), '2\n');
    clock.now += 3000;
    cache.sweep();
    assert.equal(cache.size, 0);
    // Usable again after it ran empty.
    cache.store('old', '3\n');
    assert.equal(cache.lookup('old'), '3\n');
    cache.clear();
  });

  it('sweeps by itself every 3 s', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const { cache, clock } = cacheAt();
    cache.store('c', '1\n');
    t.mock.timers.tick(3000);
    assert.equal(cache.size, 1);
    clock.now += REPLY_LIFE_MS;
    t.mock.timers.tick(3000);
    assert.equal(cache.size, 0);
  });

  it('drops the oldest replies beyond the number of entries', () => {
    const { cache } = cacheAt({ maxEntries: 3 });
    for (const cookie of ['a', 'b', 'c', 'd', 'e']) cache.store(cookie, `${cookie}\n`);
    assert.equal(cache.size, 3);
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e'].map((cookie) => cache.lookup(cookie)),
      [undefined, undefined, 'c\n', 'd\n', 'e\n'],
    );
    cache.clear();
  });

  it('drops the oldest replies beyond the memory bound', () => {
    const { cache } = cacheAt({ maxBytes: 10_000 });
    const reply = 'x'.repeat(1000);
    for (let index = 0; index < 100; index++) cache.store(`c${index}`, reply);
    assert(cache.bytes <= 10_000);
    assert(cache.size >= 7);
    assert.equal(cache.lookup('c99'), reply);
    assert.equal(cache.lookup('c0'), undefined);
    cache.clear();
    assert.equal(cache.bytes, 0);
  });

  it('gives a running command to its retransmissions, then its reply', async () => {
    const { cache, clock } = cacheAt();
    const { promise, resolve } = deferred();
    cache.store('c', promise);
    const waiting = cache.lookup('c');
    assert(waiting instanceof Promise);
    assert.equal(cache.size, 0);
    clock.now += REPLY_LIFE_MS * 2;
    resolve('late\n');
    assert.equal(await waiting, 'late\n');
    assert.equal(cache.lookup('c'), 'late\n');
    assert.equal(cache.hits, 2);
    cache.clear();
  });

  it('does not keep the reply of a command that ran when it was cleared', async () => {
    const { cache } = cacheAt();
    const { promise, resolve } = deferred();
    cache.store('c', promise);
    cache.clear();
    resolve('late\n');
    await promise;
    await Promise.resolve();
    assert.equal(cache.lookup('c'), undefined);
    assert.equal(cache.size, 0);
  });
});

function deferred(): { promise: Promise<string>; resolve: (text: string) => void } {
  let resolve: (text: string) => void = () => {};
  const promise = new Promise<string>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
