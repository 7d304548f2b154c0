import { groupId, userIds } from '../engine/host.ts';
import { ConfigError } from './config-error.ts';
import { strerror } from './strerror.ts';

/** Who the daemon becomes, and whom its Unix sockets belong to (`-u`, cli.md 8). */
export interface Identity {
  /** `user[:group]` or `:group`, as given. */
  readonly text: string;
  /** Undefined for `:group`: only the group changes. */
  readonly user: { readonly name: string; readonly uid: number } | undefined;
  /** The named group, or the primary one of the user. */
  readonly gid: number;
  /** The group was named, which opens the sockets to it. */
  readonly groupNamed: boolean;
}

/**
 * Reads `user`, `user:group` or `:group`; names only, as in the C daemon.
 * @throws ConfigError
 */
export function parseIdentity(text: string): Identity {
  const colon = text.indexOf(':');
  const [userName, groupName] =
    colon < 0 ? [text, undefined] : [colon === 0 ? undefined : text.slice(0, colon), text.slice(colon + 1)];
  let user: Identity['user'];
  let gid: number | undefined;
  if (userName !== undefined) {
    const ids = userIds(userName);
    if (ids === undefined) throw new ConfigError(`can't find ID for the user: ${userName}`);
    user = { name: userName, uid: ids.uid };
    gid = ids.gid;
  }
  if (groupName !== undefined) gid = groupId(groupName);
  if (gid === undefined) throw new ConfigError(`can't find ID for the group: ${groupName}`);
  return { text, user, gid, groupNamed: groupName !== undefined };
}

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
