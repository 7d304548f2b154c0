import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type RunningProcess, startProcess } from './child-process.ts';
import { type TestScope, temporaryDirectory } from './cleanup.ts';
import { within } from './deadline.ts';
import { sipProgram } from './sip-programs.ts';
import { freeUdpPort } from './udp-port.ts';

const START_MS = 15_000;
const PING_MS = 50;
const CONFIGURATION = fileURLToPath(new URL('../fixtures/kamailio.cfg', import.meta.url));

export interface Kamailio {
  readonly host: string;
  readonly port: number;
  /** What it has logged so far. */
  stderr(): string;
}

/**
 * Starts Debian's Kamailio with test/fixtures/kamailio.cfg on a free port of 127.0.0.1 and waits until it answers. It
 * asks the rtpproxy at the control socket `udp:HOST:PORT` or `unix:PATH`, and ends with the test.
 */
export async function startKamailio(scope: TestScope, rtpproxySocket: string): Promise<Kamailio> {
  const program = sipProgram('kamailio');
  const directory = temporaryDirectory(scope);
  const host = '127.0.0.1';
  const port = await freeUdpPort(host);
  const command = [program, '-f', CONFIGURATION, '-DD', '-E', '-l', `udp:${host}:${port}`, '-m', '16', '-M', '4'];
  command.push('-A', `RTPPROXY_SOCKET="${rtpproxySocket}"`, '-Y', directory, '-w', directory);
  const child = await startProcess(scope, command, { cwd: directory });
  await within(answer(child, host, port), START_MS, 'an answer of Kamailio');
  if (child.exit() !== undefined) throw new Error(`Kamailio ended at once\n${child.stderr()}`);
  return { host, port, stderr: child.stderr };
}

/** Sends OPTIONS again and again; settles with the first answer, or when the process ends. */
async function answer(child: RunningProcess, host: string, port: number): Promise<void> {
  const lines = [
    `OPTIONS sip:${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host};branch=z9hG4bKping;rport`,
    `From: <sip:ping@${host}>;tag=ping`,
    `To: <sip:${host}:${port}>`,
    `Call-ID: ping-${port}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 10',
    'Content-Length: 0',
    '\r\n',
  ];
  const request = lines.join('\r\n');
  const socket = createSocket('udp4');
  const timer = setInterval(() => socket.send(request, port, host), PING_MS);
  try {
    await Promise.race([once(socket, 'message'), child.exited]);
  } finally {
    clearInterval(timer);
    socket.close();
  }
}
