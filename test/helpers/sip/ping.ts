import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { RunningProcess } from '../child-process.ts';
import { within } from '../deadline.ts';

const START_MS = 15_000;
const PING_MS = 50;

/** Waits until the SIP proxy answers OPTIONS; rejects with what it logged if it ends instead. */
export async function untilSipAnswered(child: RunningProcess, host: string, port: number): Promise<void> {
  await within(answer(child, host, port), START_MS, 'an answer of the SIP proxy');
  if (child.exit() !== undefined) throw new Error(`the SIP proxy ended at once\n${child.stderr()}`);
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
