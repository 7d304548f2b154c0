import type { CallFilter } from '../calls/source.ts';
import type { CallDetail, CallView, TotalsView } from '../calls/view.ts';
import { type Endpoint, EndpointError, NotFoundError } from './endpoint.ts';

/** The most that the endpoint gives at once. */
const PAGE = 500;

/** The calls that a filter lets through, page by page, in the order of their creation. @throws EndpointError */
export async function* askCalls(
  endpoint: Endpoint,
  filter: CallFilter,
  signal?: AbortSignal,
): AsyncGenerator<readonly CallView[], void, void> {
  let cursor: string | undefined;
  do {
    const page = await endpoint.get(`/api/calls?${query(filter, cursor)}`, signal);
    if (!isRecord(page) || !Array.isArray(page.calls)) throw strange('/api/calls');
    yield page.calls.filter(isCall);
    cursor = typeof page.next === 'string' ? page.next : undefined;
  } while (cursor !== undefined);
}

/** @throws EndpointError */
export async function askTotals(endpoint: Endpoint, signal?: AbortSignal): Promise<TotalsView> {
  const totals = await endpoint.get('/api/totals', signal);
  if (!isTotals(totals)) throw strange('/api/totals');
  return totals;
}

/** One call by its id, or by a Call-ID that one session has; undefined: there is none. @throws EndpointError */
export async function askCall(endpoint: Endpoint, id: string, signal?: AbortSignal): Promise<CallDetail | undefined> {
  try {
    const detail = await endpoint.get(`/api/calls/${encodeURIComponent(id)}`, signal);
    if (!isDetail(detail)) throw strange('/api/calls/ID');
    return detail;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/**
 * The sessions that are meant by an id or a Call-ID: those of all media and of all parties that a forked call reached. None:
 * there is no such call.
 *
 * @throws EndpointError
 */
export async function askCallsOf(endpoint: Endpoint, id: string, signal?: AbortSignal): Promise<CallDetail[]> {
  const detail = await askCall(endpoint, id, signal);
  if (detail !== undefined) return [detail];
  const ids: string[] = [];
  for await (const calls of askCalls(endpoint, { callId: id }, signal)) {
    ids.push(...calls.filter((call) => call.call_id === id).map((call) => call.id));
  }
  const details: CallDetail[] = [];
  for (const each of ids) {
    const found = await askCall(endpoint, each, signal);
    // One that has ended meanwhile is left out.
    if (found !== undefined) details.push(found);
  }
  return details;
}

function query({ callId, address, maxMos, minLoss }: CallFilter, cursor: string | undefined): string {
  const given = { call_id: callId, address, max_mos: maxMos, min_loss: minLoss, limit: PAGE, cursor };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) parameters.set(name, String(value));
  return parameters.toString();
}

function strange(path: string): EndpointError {
  return new EndpointError(
    `${path} answers something else than expected: is it the endpoint of rtpproxy, and of this version?`,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What has to be there so that a call can be named; other figures may be missing in another version. */
function isCall(value: unknown): value is CallView {
  if (!isRecord(value) || !isRecord(value.caller) || !isRecord(value.callee)) return false;
  return typeof value.id === 'string' && typeof value.call_id === 'string';
}

function isDetail(value: unknown): value is CallDetail {
  return isRecord(value) && isCall(value.call) && Array.isArray(value.findings) && Array.isArray(value.slices);
}

function isTotals(value: unknown): value is TotalsView {
  return isRecord(value) && typeof value.calls === 'number' && Array.isArray(value.workers);
}
