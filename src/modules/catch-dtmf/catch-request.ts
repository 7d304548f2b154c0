import { decodeNotifyTag } from '../../protocol/parse.ts';

/** What a sub-command asks for: `M3:N tag [payload_type [modifiers]]`. */
export interface CatchRequest {
  /** Begins the notifications; one character for each byte. */
  readonly tag: string;
  readonly payloadType: number;
  /** The event packets are not relayed. */
  readonly hidden: boolean;
}

/** Why a request is none. */
export class BadCatchRequest {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const DEFAULT_PAYLOAD_TYPE = '101';
const LAST_PAYLOAD_TYPE = 127;

/** The request in the arguments of a sub-command. */
export function parseCatchRequest(args: readonly string[]): CatchRequest | BadCatchRequest {
  const [encodedTag, payloadText = DEFAULT_PAYLOAD_TYPE, modifiers = ''] = args;
  if (encodedTag === undefined) return new BadCatchRequest('no tag specified');
  if (args.length > 3) return new BadCatchRequest('too many arguments');
  const tag = decodeNotifyTag(encodedTag);
  if (tag === undefined) return new BadCatchRequest('syntax error: invalid URL encoding');
  const payloadType = /^\+?\d+$/.test(payloadText) ? Number(payloadText) : Number.NaN;
  if (!(payloadType <= LAST_PAYLOAD_TYPE)) {
    return new BadCatchRequest(`syntax error: invalid payload type: ${payloadText}`);
  }
  const unknown = /[^hH]/.exec(modifiers)?.[0];
  if (unknown !== undefined) return new BadCatchRequest(`syntax error: invalid modifier: "${unknown}"`);
  // As in C, where it is the end of a text.
  return { tag: tag.replace(/\0.*$/s, ''), payloadType, hidden: modifiers !== '' };
}
