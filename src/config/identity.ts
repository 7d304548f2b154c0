import { groupId, userIds } from '../addon/host.ts';
import { ConfigError } from './config-error.ts';

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
