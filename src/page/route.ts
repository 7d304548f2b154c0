const CALL = '#/calls/';

/** The part of the address behind `#` that shows a call. */
export function callRoute(id: string): string {
  return `${CALL}${encodeURIComponent(id)}`;
}

/** The call that an address shows; undefined: the list. */
export function callOfRoute(hash: string): string | undefined {
  if (!hash.startsWith(CALL)) return undefined;
  try {
    return decodeURIComponent(hash.slice(CALL.length)) || undefined;
  } catch {
    return undefined;
  }
}
