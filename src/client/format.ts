import { address, integer, notifyTag, token } from './arguments.ts';
import type {
  CopyRequest,
  LocalChoice,
  LookupRequest,
  MediaOptions,
  PlayRequest,
  SessionRef,
  UpdateRequest,
} from './requests.ts';

// Commands without their sub-commands, by the command table of protocol.md 3. All throw TypeError or RangeError.

export function formatUpdate(request: UpdateRequest): string {
  const { notify } = request;
  const command = `U${mediaCommand(request)}`;
  return notify === undefined
    ? command
    : `${command} ${token('notify.socket', notify.socket)} ${notifyTag(notify.tag)}`;
}

export function formatLookup(request: LookupRequest): string {
  return `L${mediaCommand(request)}`;
}

export function formatPlay(request: PlayRequest): string {
  const { count = 1 } = request;
  const times = count === 'endless' ? -1 : integer('count', count, 0, 0x7fff_ffff);
  const codecs = request.codecs === 'session' ? 'session' : codecList(request.codecs);
  return sessionCommand(`P${times}`, request, token('prompt', request.prompt), codecs);
}

export function formatCopy(request: CopyRequest): string {
  const { target } = request;
  const remote = 'host' in target;
  if (request.reportPort === true && !remote) throw new TypeError('reportPort needs a remote target');
  if (!remote && target.file.startsWith('udp:')) throw new TypeError(`no name of a file: ${target.file}`);
  const text = remote ? `udp:${target.host}:${integer('port', target.port, 1, 65534)}` : target.file;
  const modifiers = (request.singleFile === true ? 's' : '') + (request.reportPort === true ? 'p' : '');
  return sessionCommand(`C${modifiers}`, request, token('target', text));
}

/** A command for one session: the letters, the Call-ID, further arguments, the tags. */
export function sessionCommand(letters: string, session: SessionRef, ...between: readonly string[]): string {
  return [letters, token('callId', session.callId), ...between, ...tags(session)].join(' ');
}

/** Modifiers and `addr port` of U, L and `&& L`. */
export function mediaArguments(options: MediaOptions): { readonly modifiers: string; readonly peer: string } {
  const { text, family } = address('host', options.host);
  // Digits follow z and c, so the digit 6 comes before them.
  let modifiers = family === 6 ? '6' : '';
  if (options.asymmetric !== undefined) modifiers += options.asymmetric ? 'a' : 's';
  if (options.weak === true) modifiers += 'w';
  if (options.newPort === true) modifiers += 'n';
  for (const side of options.sides ?? []) modifiers += side === 'external' ? 'e' : 'i';
  if (options.ptime !== undefined) modifiers += `z${integer('ptime', options.ptime, 1, 999)}`;
  if (options.codecs !== undefined) modifiers += `c${codecList(options.codecs)}`;
  if (options.local !== undefined) modifiers += localChoice(options.local);
  return { modifiers, peer: `${text} ${integer('port', options.port, 0, 65535)}` };
}

function mediaCommand(request: SessionRef & MediaOptions): string {
  const { modifiers, peer } = mediaArguments(request);
  return sessionCommand(modifiers, request, peer);
}

function tags(session: SessionRef): readonly string[] {
  const from = token('fromTag', session.fromTag);
  return session.toTag === undefined ? [from] : [from, token('toTag', session.toTag)];
}

function codecList(codecs: readonly number[]): string {
  if (codecs.length === 0) throw new TypeError('codecs must not be empty');
  return codecs.map((codec) => integer('codec', codec, 0, 127)).join(',');
}

function localChoice(choice: LocalChoice): string {
  if ('label' in choice) {
    if (choice.label.includes('}')) throw new TypeError(`no label: ${choice.label}`);
    return `l{${token('local.label', choice.label)}}`;
  }
  const [letter, name, value] =
    'address' in choice ? ['l', 'local.address', choice.address] : ['r', 'local.routeTo', choice.routeTo];
  const { text, family } = address(name, value);
  return letter + (family === 6 ? `[${text}]` : text);
}
