import { ConfigError } from '../config/config-error.ts';
import type { Identity } from '../config/identity.ts';
import { strerror } from '../log/strerror.ts';

/** The part of `process` that a change of identity needs. */
export interface IdentityHost {
  geteuid?(): number;
  getuid?(): number;
  getgid?(): number;
  initgroups?(user: string, group: number): void;
  setgroups?(groups: readonly number[]): void;
  setgid?(id: number): void;
  setuid?(id: number): void;
}

/**
 * Gives up the privileges that the identity does not have, for good and in every thread: supplementary groups, group, user.
 * Unlike in the C daemon nothing of the starter's groups is kept.
 * @throws ConfigError
 */
export function assumeIdentity({ user, gid }: Identity, host: IdentityHost = process): void {
  try {
    // Only the superuser may change the supplementary groups; who already is that user has them.
    if (host.geteuid?.() === 0) {
      if (user === undefined) host.setgroups?.([gid]);
      else host.initgroups?.(user.name, gid);
    }
    if (host.getgid?.() !== gid) host.setgid?.(gid);
    if (user !== undefined && host.getuid?.() !== user.uid) host.setuid?.(user.uid);
  } catch (error) {
    throw new ConfigError(`can't switch to requested user/group: ${strerror(error)}`);
  }
}
