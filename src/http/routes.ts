import type { CallSource } from '../calls/source.ts';
import { type Answer, json, refusal, TEXT } from './answer.ts';
import { listCalls, showCall } from './call-routes.ts';
import type { PageFiles } from './page-files.ts';
import { decodePiece, type RequestTarget } from './request-target.ts';

/** What the endpoint shows. */
export interface Shown {
  readonly calls: CallSource;
  readonly metrics: Metrics;
  /** Whether calls are taken; `draining`: no new ones, and the end with the last one. */
  health(): { readonly ready: boolean; readonly draining: boolean };
  readonly page: PageFiles;
}

/** The figures of the daemon in the text format of Prometheus. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

const CALL = '/api/calls/';
const NO_PAGE: Answer = {
  status: 200,
  type: TEXT,
  body: 'rtpproxy: /metrics /health /api/totals /api/calls /api/calls/ID /api/events\n',
};

/** What a path is: a file of the page, which tells nothing of this daemon; an answer with figures; a scrape; a stream. */
export type Route =
  | { readonly kind: 'page'; readonly answer: Answer }
  | { readonly kind: 'answer' | 'scrape'; readonly answer: () => Promise<Answer> }
  | { readonly kind: 'stream' };

/** What is at that path; undefined: nothing. Paths are compared, never put together to names of files. */
export function findRoute({ path, query }: RequestTarget, shown: Shown): Route | undefined {
  const { calls, metrics, page } = shown;
  const answer = (make: () => Promise<Answer> | Answer): Route => ({ kind: 'answer', answer: async () => make() });
  switch (path) {
    case '/metrics':
      return { kind: 'scrape', answer: async () => scrape(metrics) };
    case '/health':
      return answer(() => health(shown));
    case '/api/totals':
      return answer(() => json(JSON.stringify(calls.totals())));
    case '/api/calls':
      return answer(() => listCalls(calls, query));
    case '/api/events':
      return { kind: 'stream' };
  }
  if (path.startsWith(CALL)) {
    const id = decodePiece(path.slice(CALL.length));
    return answer(() => (id === undefined ? refusal(400, 'No id, or not in percent-encoding.') : showCall(calls, id)));
  }
  const file = page.get(path) ?? (path === '/' ? NO_PAGE : undefined);
  return file && { kind: 'page', answer: file };
}

async function scrape(metrics: Metrics): Promise<Answer> {
  return { status: 200, type: metrics.contentType, body: await metrics.text() };
}

function health(shown: Shown): Answer {
  const state = shown.health();
  return json(JSON.stringify({ ready: state.ready, draining: state.draining }), state.ready ? 200 : 503);
}
