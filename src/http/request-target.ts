import { type Answer, refusal } from './answer.ts';

const MAX_TARGET = 2048;

/** What a request is about. */
export interface RequestTarget {
  /** As it came: nothing in it is decoded or resolved. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Takes the target of a request apart; an answer when it is none of a path on this server. */
export function parseTarget(url: string): RequestTarget | Answer {
  if (url.length > MAX_TARGET) return refusal(414, `The path is longer than ${MAX_TARGET} bytes.`);
  // An absolute form is for proxies, `*` for OPTIONS; an absolute path never begins with two slashes here.
  if (!url.startsWith('/')) return refusal(400, 'The request has to name a path.');
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return { path, query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)) };
}

/** A piece of a path without its percent-encoding; undefined when it is none, or more than one. */
export function decodePiece(piece: string): string | undefined {
  if (piece === '' || piece.includes('/')) return undefined;
  try {
    return decodeURIComponent(piece);
  } catch {
    return undefined;
  }
}
