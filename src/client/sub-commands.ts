import { integer, token } from './arguments.ts';
import { mediaArguments } from './format.ts';
import type { MediaOptions } from './requests.ts';

/** A sub-command after `&&` (protocol.md 7). */
export type SubCommandRequest =
  /** Of `update` with a to-tag: the other leg in the same command. Its result is a `leg`. */
  | ({ readonly kind: 'lookup' } & MediaOptions)
  | { readonly kind: 'delete'; readonly weak?: boolean | undefined }
  /** Seconds that the session lives without media; `reverse`: of the other leg. */
  | { readonly kind: 'ttl'; readonly seconds: number; readonly reverse?: boolean | undefined }
  /** IP type of service of the packets to the peer; `reverse`: to the other one. */
  | { readonly kind: 'tos'; readonly value: number; readonly reverse?: boolean | undefined }
  /** Of `update` with a to-tag: the session becomes a copy of that one. */
  | { readonly kind: 'copy'; readonly callId: string; readonly fromTag: string; readonly toTag: string }
  /** For a module of the daemon; `arguments` are sent as they are. Its result is a `text`, or `done`. */
  | {
      readonly kind: 'module';
      readonly module: number;
      readonly instance: number;
      readonly arguments: readonly string[];
    };

const MAX_INT32 = 0x7fff_ffff;

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
