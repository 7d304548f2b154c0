import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { addNotifyTarget, type NotifyTarget, parseNotifyTarget } from '../../../src/config/notify-target.ts';

function refused(message: string): (error: unknown) => true {
  return (error) => {
    assert(error instanceof ConfigError);
    assert.equal(error.message, message);
    return true;
  };
}

test('targets', () => {
  const cases: readonly NotifyTarget[] = [
    { kind: 'unix', text: 'unix:/x', path: '/x' },
    { kind: 'unix', text: 'x', path: 'x' },
    { kind: 'tcp', text: 'tcp:h:1', host: 'h', port: 1 },
    { kind: 'tcp', text: 'tcp:a:b:65535', host: 'a:b', port: 65535 },
    { kind: 'wildcard', text: 'tcp:%%CC_SELF%%:9', port: 9 },
  ];
  for (const target of cases) assert.deepEqual(parseNotifyTarget(target.text), target);
});

test('targets that are refused', async (t) => {
  const address = "error adding timeout notification: Can't parse host:port: invalid address";
  const port = "error adding timeout notification: Can't parse host:port: invalid port";
  const cases: readonly (readonly [text: string, message: string])[] = [
    ['', 'timeout notification socket name too short'],
    ['unix:', 'error adding timeout notification: Timeout notification socket name too short'],
    ['tcp:', address],
    ['tcp:host', address],
    ['tcp::1', address],
    ['tcp:host:', address],
    ['tcp:host:0', port],
    ['tcp:host:65536', port],
    ['tcp:host:-1', port],
    ['tcp:host:http', port],
    ['tcp:%%CC_SELF%%:0', port],
  ];
  for (const [text, message] of cases) {
    await t.test(text, () => assert.throws(() => parseNotifyTarget(text), refused(message)));
  }
});

test('64 targets and 2 wildcards are the limit, each for itself', () => {
  const targets: NotifyTarget[] = [];
  const wildcard = parseNotifyTarget('tcp:%%CC_SELF%%:1');
  for (let i = 0; i < 64; i += 1) addNotifyTarget(targets, parseNotifyTarget(`/${i}`));
  addNotifyTarget(targets, wildcard);
  addNotifyTarget(targets, wildcard);
  assert.throws(
    () => addNotifyTarget(targets, wildcard),
    refused('error adding timeout notification: Number of notify wildcards exceeds RTPP_TNOTIFY_WILDCARDS_MAX'),
  );
  assert.throws(
    () => addNotifyTarget(targets, parseNotifyTarget('/more')),
    refused('error adding timeout notification: Number of notify targets exceeds RTPP_TNOTIFY_TARGETS_MAX'),
  );
  assert.equal(targets.length, 66);
});
