import { once } from 'node:events';
import { createServer } from 'node:net';

/** A TCP port of this address that nobody uses at the moment, chosen by the kernel. */
export async function freeTcpPort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
