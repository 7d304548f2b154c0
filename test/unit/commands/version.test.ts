import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRig } from './command-rig.ts';

test('V tells the version of the base protocol', () => {
  assert.equal(commandRig().ask('v'), '20040107\n');
});

test('VF knows exactly the dates of the features', () => {
  const { ask } = commandRig();
  assert.equal(ask('VF 20260309'), '1\n');
  for (const date of ['2026030', '202603090', '20260309x', '0']) assert.equal(ask(`VF ${date}`), '0\n', date);
});

test('notification at timeout is a feature only with a target for it', () => {
  assert.equal(commandRig().ask('VF 20081224'), '0\n');
  assert.equal(commandRig({ notifications: true }).ask('VF 20081224'), '1\n');
});
