import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { assumeIdentity, type IdentityHost } from '../../../src/process/assume-identity.ts';

/** A process that notes what is asked of it. */
function processOf(euid: number, calls: string[]): IdentityHost {
  const note =
    (name: string) =>
    (...args: readonly unknown[]): void => {
      calls.push(`${name} ${args.join(' ')}`);
    };
  return {
    geteuid: () => euid,
    getuid: () => euid,
    getgid: () => euid,
    initgroups: note('initgroups'),
    setgroups: note('setgroups'),
    setgid: note('setgid'),
    setuid: note('setuid'),
  };
}

test('the superuser gives up groups, group and user, in that order', () => {
  const calls: string[] = [];
  const host = processOf(0, calls);
  assumeIdentity({ text: 'u', user: { name: 'u', uid: 7 }, gid: 8, groupNamed: false }, host);
  assert.deepEqual(calls.splice(0), ['initgroups u 8', 'setgid 8', 'setuid 7']);
  assumeIdentity({ text: ':g', user: undefined, gid: 9, groupNamed: true }, host);
  assert.deepEqual(calls, ['setgroups 9', 'setgid 9']);
});

test('who is that user already needs no privileges', () => {
  const calls: string[] = [];
  assumeIdentity({ text: 'u', user: { name: 'u', uid: 7 }, gid: 7, groupNamed: false }, processOf(7, calls));
  assert.deepEqual(calls, []);
});

test('a refusal of the system ends the start', () => {
  const host: IdentityHost = {
    ...processOf(7, []),
    setgid: () => {
      throw Object.assign(new Error('no'), { errno: -1, code: 'EPERM' });
    },
  };
  const identity = { text: 'root', user: { name: 'root', uid: 0 }, gid: 0, groupNamed: false };
  const message = "can't switch to requested user/group: Operation not permitted (1)";
  assert.throws(() => assumeIdentity(identity, host), new ConfigError(message));
});
