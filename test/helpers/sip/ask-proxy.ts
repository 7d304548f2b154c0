import { randomUUID } from 'node:crypto';
import type { TestScope } from '../cleanup.ts';
import type { Content } from './call.ts';
import type { SipMessage } from './message.ts';
import { SipPhone, type SipProxy } from './phone.ts';

/** Sends OPTIONS to the proxy itself and returns its 200. */
export async function askProxy(
  scope: TestScope,
  proxy: SipProxy,
  headers: NonNullable<Content['headers']>,
): Promise<SipMessage> {
  const phone = await SipPhone.open(scope, '127.0.0.1', proxy);
  const call = phone.call(`<sip:${proxy.host}:${proxy.port}>`, { callId: randomUUID(), tag: 'q' });
  return call.send('OPTIONS', { headers }).response(200);
}
