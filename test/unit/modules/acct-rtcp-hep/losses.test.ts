import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Losses } from '../../../../src/modules/acct-rtcp-hep/losses.ts';

test('the first loss is told at once, and those of an interval at its end', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  let lost = 0;
  const losses = new Losses(
    (count) => {
      lost += count;
    },
    (text) => told.push(text),
  );
  losses.add(1, 'a');
  assert.deepEqual(told.splice(0), ['1 packet to the collector lost: a']);
  losses.add(1, 'b');
  losses.add(2, 'c');
  assert.deepEqual(told, []);
  t.mock.timers.tick(Losses.INTERVAL_MS);
  assert.deepEqual(told.splice(0), ['3 packets to the collector lost: c']);
  t.mock.timers.tick(Losses.INTERVAL_MS);
  assert.deepEqual(told, []);
  losses.add(5, 'd');
  losses.add(1, 'e');
  losses.close();
  assert.deepEqual(told, ['5 packets to the collector lost: d', '1 packet to the collector lost: e']);
  assert.equal(lost, 10);
});
