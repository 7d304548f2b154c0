import { address, integer, notifyTag, token } from './arguments.ts';
import type {
  CopyRequest,
  LocalChoice,
  LookupRequest,
  MediaOptions,
  PlayRequest,
  SessionRef,
  SubCommandRequest,
  UpdateRequest,
} from './requests.ts';

// Commands and sub-commands by the tables of protocol.md 3 and 7. All throw TypeError or RangeError.

const MAX_INT32 = 0x7fff_ffff;

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
  const times = count === 'endless' ? -1 : integer('count', count, 0, MAX_INT32);
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

/** The sub-commands as they follow the command, each with ` && ` before it. @throws TypeError, RangeError */
export function formatSubCommands(requests: readonly SubCommandRequest[]): string {
  return requests.map((request) => ` && ${formatSubCommand(request)}`).join('');
}

function formatSubCommand(request: SubCommandRequest): string {
  switch (request.kind) {
    case 'lookup': {
      const { modifiers, peer } = mediaArguments(request);
      return `L${modifiers} ${peer}`;
    }
    case 'delete':
      return request.weak === true ? 'Dw' : 'D';
    case 'ttl':
      return `${setting(request.reverse)} ttl=${integer('seconds', request.seconds, 1, MAX_INT32)}`;
    case 'tos':
      return `${setting(request.reverse)} tos=${integer('tos', request.value, 1, 255)}`;
    case 'copy':
      return `C ${token('callId', request.callId)} ${token('fromTag', request.fromTag)} ${token('toTag', request.toTag)}`;
    case 'module': {
      const numbers = [request.module, request.instance].map((number) =>
        integer('module number', number, 1, MAX_INT32),
      );
      return [`M${numbers.join(':')}`, ...request.arguments.map((text) => token('argument', text))].join(' ');
    }
  }
}

function setting(reverse: boolean | undefined): string {
  return reverse === true ? 'Sr' : 'S';
}
