import { isIPv6 } from 'node:net';

/** One `m=` section. */
export interface SdpStream {
  readonly media: 'audio' | 'video';
  /** `0.0.0.0` puts the stream on hold in the old way. */
  readonly host: string;
  /** 0: the stream is refused. */
  readonly port: number;
  /** Payload types with blanks between. */
  readonly payloads: string;
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
}

/** A stream of G.711, open in both directions, unless told otherwise. */
export function stream(host: string, port: number, rest: Partial<SdpStream> = {}): SdpStream {
  return { media: 'audio', host, port, payloads: '0', direction: 'sendrecv', ...rest };
}

/** A session description; each stream has its own `c=` line. `version` grows with each change. */
export function formatSdp(streams: readonly SdpStream[], version = 1): string {
  const origin = streams[0]?.host ?? '127.0.0.1';
  const lines = ['v=0', `o=phone 1 ${version} IN ${network(origin)}`, 's=-', `c=IN ${network(origin)}`, 't=0 0'];
  for (const { media, host, port, payloads, direction } of streams) {
    lines.push(`m=${media} ${port} RTP/AVP ${payloads}`, `c=IN ${network(host)}`, `a=${direction}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** The streams of a session description. */
export function parseSdp(text: string): SdpStream[] {
  const [session = '', ...sections] = text.split(/^(?=m=)/m);
  return sections.map((section) => {
    const [, media, port, payloads = ''] = /^m=(\w+) (\d+) RTP\/AVP ([\d ]+)/.exec(section) ?? [];
    if (media !== 'audio' && media !== 'video') throw new Error(`no audio or video:\n${text}`);
    const host = addressIn(section) ?? addressIn(session) ?? '';
    const direction = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(section)?.[1] ?? 'sendrecv';
    return { media, host, port: Number(port), payloads, direction: direction as SdpStream['direction'] };
  });
}

function network(host: string): string {
  return `${isIPv6(host) ? 'IP6' : 'IP4'} ${host}`;
}

function addressIn(part: string): string | undefined {
  return /^c=IN IP[46] (\S+)/m.exec(part)?.[1];
}
