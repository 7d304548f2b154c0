import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPidFile } from '../../../src/config/default-pid-file.ts';

const SYSTEM = '/var/run/rtpproxy.pid';
const env = { XDG_RUNTIME_DIR: '/run/user/1000' };

test('root, and who may write it, has the pid file of the C daemon', () => {
  assert.equal(
    defaultPidFile(0, env, () => false),
    SYSTEM,
  );
  for (const writable of [SYSTEM, '/var/run']) {
    assert.equal(
      defaultPidFile(1000, env, (path) => path === writable),
      SYSTEM,
    );
  }
});

test('another user has one in the folder of the session, or none', () => {
  const writable = (path: string) => path === '/run/user/1000' || path === 'relative';
  assert.equal(defaultPidFile(1000, env, writable), '/run/user/1000/rtpproxy.pid');
  assert.equal(
    defaultPidFile(1000, env, () => false),
    undefined,
  );
  assert.equal(defaultPidFile(1000, {}, writable), undefined);
  assert.equal(defaultPidFile(1000, { XDG_RUNTIME_DIR: 'relative' }, writable), undefined);
});
