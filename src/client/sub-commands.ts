import { integer, token } from './arguments.ts';
import { mediaArguments } from './format.ts';
import type { SubCommandRequest } from './requests.ts';

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
