/** One SIP message, request or response. */
export interface SipMessage {
  /** `INVITE sip:... SIP/2.0` or `SIP/2.0 200 OK`. */
  readonly startLine: string;
  /** Name and value of each header, in order. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export function parseMessage(text: string): SipMessage {
  const end = text.indexOf('\r\n\r\n');
  const [startLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return { startLine, headers, body: text.slice(end + 4) };
}

/** With the Content-Length that belongs to the body. */
export function formatMessage({ startLine, headers, body }: SipMessage): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [startLine, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

/** All headers of that name; those that come as one list are one value. */
export function headersOf({ headers }: SipMessage, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The first header of that name, empty if there is none. */
export function headerOf(message: SipMessage, name: string): string {
  return headersOf(message, name)[0] ?? '';
}

/** Status of a response; 0 for a request. */
export function statusOf({ startLine }: SipMessage): number {
  return Number(/^SIP\/2\.0 (\d+)/.exec(startLine)?.[1] ?? 0);
}

/** The method, in a response the one of its request. */
export function methodOf(message: SipMessage): string {
  return headerOf(message, 'CSeq').split(' ')[1] ?? '';
}

/** The tag of a From or To header, empty if there is none. */
export function tagOf(value: string): string {
  return /;tag=([^;>]+)/.exec(value)?.[1] ?? '';
}

/** The addresses of a list header, without their angle brackets' surroundings. */
export function addressesOf(values: readonly string[]): string[] {
  return values.flatMap((value) => [...value.matchAll(/<[^>]*>/g)].map(([address]) => address));
}
