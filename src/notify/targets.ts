import { isIPv4 } from 'node:net';
import type { NotifyTarget } from '../config/notify-target.ts';
import type { Peer } from '../control/transport.ts';
import type { NotifyDestination } from '../session/session.ts';

/** Where the wildcard leads for commands that did not come over IPv4. */
const OWN_HOST = '127.0.0.1';

/** The daemon's `-n` targets, which commands name by the same text (protocol.md 8.10). */
export class NotifyTargets {
  #byName: ReadonlyMap<string, NotifyTarget> = new Map();

  constructor(targets: readonly NotifyTarget[]) {
    this.replace(targets);
  }

  /** Sessions that have a destination already keep it. */
  replace(targets: readonly NotifyTarget[]): void {
    // Commands are Latin-1 text, one character for each byte; the command line is UTF-8.
    this.#byName = new Map(targets.map((target) => [nameOf(bytesOf(target.text)), target]));
  }

  /** Whether there are any: without, U refuses notify arguments (E75). */
  get configured(): boolean {
    return this.#byName.size > 0;
  }

  /** The destination that a command of `requester` names; undefined when no target has that name. */
  find(text: string, requester: Peer): NotifyDestination | undefined {
    const target = this.#byName.get(nameOf(text));
    if (target === undefined) return undefined;
    switch (target.kind) {
      case 'unix':
        return { kind: 'unix', path: target.path };
      case 'tcp':
        return { kind: 'tcp', host: target.host, port: target.port, localAddress: undefined };
      case 'wildcard':
        return { kind: 'tcp', port: target.port, ...hostsOf(requester) };
    }
  }
}

/** Two texts with the same name are equal: a bare path is the path of a `unix:` target. */
function nameOf(text: string): string {
  return text.startsWith('tcp:') || text.startsWith('unix:') ? text : `unix:${text}`;
}

function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The sender of a command, reached from the address that it sent the command to (media.md 4.1). */
function hostsOf({ host, localHost }: Peer): { host: string; localAddress: string | undefined } {
  if (host === undefined || !isIPv4(host)) return { host: OWN_HOST, localAddress: undefined };
  return { host, localAddress: localHost !== undefined && isIPv4(localHost) ? localHost : undefined };
}
