import type { CallFilter, CallSource } from '../calls/source.ts';
import { type Answer, json, refusal } from './answer.ts';
import { callsJson } from './call-json.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
const LIST_KEYS = ['call_id', 'address', 'max_mos', 'min_loss', 'limit', 'cursor'];
const NUMBER = /^[0-9]{1,6}(?:\.[0-9]{1,6})?$/;

/** `/api/calls`: some calls, and where the rest begins. */
export async function listCalls(source: CallSource, query: URLSearchParams): Promise<Answer> {
  const request = readQuery(query);
  if (typeof request === 'string') return refusal(400, request);
  try {
    const { calls, next } = await source.list(request.filter, request.limit, request.cursor);
    return json(`{"calls":[${await callsJson(calls)}],"next":${JSON.stringify(next ?? null)}}`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refusal(400, 'cursor is none that an earlier answer had as "next".');
  }
}

/** `/api/calls/ID`: all that is known of one call. */
export async function showCall(source: CallSource, id: string): Promise<Answer> {
  const detail = await source.find(id);
  if (detail !== undefined) return json(JSON.stringify(detail));
  return refusal(
    404,
    'There is no such call: neither an id, nor a Call-ID with one session only. /api/calls?call_id= lists.',
  );
}

interface ListRequest {
  readonly filter: CallFilter;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** What is asked for, or what is wrong with that. */
function readQuery(query: URLSearchParams): ListRequest | string {
  const unknown = [...query.keys()].find((key) => !LIST_KEYS.includes(key));
  if (unknown !== undefined) return `Unknown parameter; there are ${LIST_KEYS.join(', ')}.`;
  const [callId, address, cursor] = ['call_id', 'address', 'cursor'].map((key) => query.get(key) || undefined);
  const maxMos = numberOf(query, 'max_mos');
  const minLoss = numberOf(query, 'min_loss');
  const limit = numberOf(query, 'limit') ?? DEFAULT_LIMIT;
  const bad = Object.entries({ max_mos: maxMos, min_loss: minLoss, limit }).find(([, value]) => Number.isNaN(value));
  if (bad !== undefined) return `${bad[0]} is no number.`;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return `limit is out of range 1..${MAX_LIMIT}.`;
  const filter = {
    ...(callId !== undefined && { callId }),
    ...(address !== undefined && { address }),
    ...(maxMos !== undefined && { maxMos }),
    ...(minLoss !== undefined && { minLoss }),
  };
  return { filter, limit, cursor };
}

/** NaN for what is no number; undefined without the parameter. */
function numberOf(query: URLSearchParams, key: string): number | undefined {
  const text = query.get(key);
  if (text === null || text === '') return undefined;
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}
