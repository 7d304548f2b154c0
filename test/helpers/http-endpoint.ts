import { allowedBy } from '../../src/config/control-sockets.ts';
import { type EndpointAccess, HttpEndpoint } from '../../src/http/endpoint.ts';
import type { Shown } from '../../src/http/routes.ts';
import { LogBook } from '../unit/session/log-book.ts';
import { atEnd, type TestScope } from './cleanup.ts';
import { FakeCalls } from './fake-calls.ts';
import type { HttpTarget } from './http-client.ts';

const HOST = '127.0.0.1';

/** An endpoint in this process that shows made-up calls. */
export async function startEndpoint(
  scope: TestScope,
  shown: Partial<Shown> = {},
  access: Partial<EndpointAccess> = {},
): Promise<{ endpoint: HttpEndpoint; target: HttpTarget; log: LogBook }> {
  const log = new LogBook();
  const all: Shown = {
    calls: new FakeCalls(),
    metrics: { contentType: 'text/plain', text: async () => 'a 1\n' },
    health: () => ({ ready: true, draining: false }),
    page: new Map(),
    ...shown,
  };
  const endpoint = new HttpEndpoint(all, { allows: allowedBy([]), tcp: true, token: undefined, ...access }, log);
  await endpoint.listen({ host: HOST, port: 0 });
  atEnd(scope, () => endpoint.close());
  return { endpoint, target: { host: HOST, port: endpoint.port }, log };
}
