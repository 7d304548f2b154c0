import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Connections } from '../../../src/control/connections.ts';

describe('connection limit', () => {
  it('is 99 places that can be given back', () => {
    const connections = new Connections();
    for (let count = 0; count < 99; count++) assert.equal(connections.acquire(), true);
    assert.equal(connections.acquire(), false);
    assert.equal(connections.open, 99);
    assert.equal(connections.refused, 1);
    connections.release();
    assert.equal(connections.acquire(), true);
  });
});
