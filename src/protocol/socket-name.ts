/** Port of a UDP or TCP control socket whose name has none. */
export const DEFAULT_PORT = 22222;

/** A control socket's name without its prefix. */
export interface SocketName {
  readonly kind: 'udp' | 'tcp' | 'unix' | 'cunix' | 'stdio' | 'stdioc' | 'systemd';
  /** Of `udp` and `tcp`. */
  readonly family: 4 | 6;
  readonly rest: string;
}

const KINDS: ReadonlyMap<string, Pick<SocketName, 'kind' | 'family'>> = new Map([
  ['udp:', { kind: 'udp', family: 4 }],
  ['udp6:', { kind: 'udp', family: 6 }],
  ['tcp:', { kind: 'tcp', family: 4 }],
  ['tcp6:', { kind: 'tcp', family: 6 }],
  ['unix:', { kind: 'unix', family: 4 }],
  ['cunix:', { kind: 'cunix', family: 4 }],
  ['stdio:', { kind: 'stdio', family: 4 }],
  ['stdioc:', { kind: 'stdioc', family: 4 }],
  ['systemd:', { kind: 'systemd', family: 4 }],
]);

/** What kind of control socket a name means (protocol.md 2); a text without a known prefix is the path of a `unix:` socket. */
export function parseSocketName(text: string): SocketName {
  const colon = text.indexOf(':');
  const known = KINDS.get(text.slice(0, colon + 1));
  return known === undefined ? { kind: 'unix', family: 4, rest: text } : { ...known, rest: text.slice(colon + 1) };
}
