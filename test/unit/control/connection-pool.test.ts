import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionPool } from '../../../src/control/connection-pool.ts';

class FakeConnection {
  closed = false;

  close(): void {
    this.closed = true;
  }
}

function fill(pool: ConnectionPool, count: number): FakeConnection[] {
  return Array.from({ length: count }, () => {
    const connection = new FakeConnection();
    pool.makeRoom();
    pool.add(connection);
    return connection;
  });
}

describe('connection pool', () => {
  it('has 99 places that can be given back', () => {
    const pool = new ConnectionPool();
    const connections = fill(pool, 99);
    assert.equal(pool.size, 99);
    const [first] = connections;
    assert(first);
    pool.delete(first);
    fill(pool, 1);
    assert(connections.every(({ closed }) => !closed));
  });

  it('closes the connection that has been idle longest when it is full, and says how many so far', () => {
    const counts: number[] = [];
    const pool = new ConnectionPool(3, (count) => counts.push(count));
    const [first, second, third] = fill(pool, 3);
    assert(first && second && third);
    pool.touch(first);
    fill(pool, 1);
    assert.deepEqual([first.closed, second.closed, third.closed], [false, true, false]);
    fill(pool, 1);
    assert.deepEqual([first.closed, third.closed], [false, true]);
    assert.deepEqual(counts, [1, 2]);
    assert.equal(pool.size, 3);
  });

  it('does not take back one that has given way', () => {
    const pool = new ConnectionPool(1);
    const [first] = fill(pool, 2);
    assert(first);
    pool.touch(first);
    assert.equal(pool.size, 1);
  });
});
