import { fileURLToPath } from 'node:url';
import { type Exit, type RunningProcess, startProcess } from './child-process.ts';
import { type TestScope, temporaryDirectory } from './cleanup.ts';
import { until } from './deadline.ts';
import { untilSipAnswered } from './sip/ping.ts';
import { sipProgram } from './sip-programs.ts';
import { freeUdpPort, isUdpPortBound } from './udp-port.ts';

const START_MS = 15_000;

export interface Kamailio {
  readonly host: string;
  readonly port: number;
  /** What it has logged so far. */
  stderr(): string;
  stop(): Promise<Exit>;
}

export interface KamailioOptions {
  /** File in test/fixtures; the documented `kamailio.cfg` if not given. */
  readonly configuration?: 'kamailio-controls.cfg' | 'kamailio-hep.cfg';
  /** Further definitions for it. */
  readonly definitions?: Readonly<Record<string, string>>;
  /** Also take calls at the same port of ::1. */
  readonly ipv6?: boolean;
  /** It answers no SIP: it is there as soon as it has its port. */
  readonly silent?: boolean;
}

/**
 * Starts Debian's Kamailio on a free port of 127.0.0.1 and waits until it answers. It asks the rtpproxy at the control
 * socket `udp:HOST:PORT`, `udp6:HOST:PORT` or `unix:PATH`, or a set of them with blanks between, and ends with the test.
 */
export async function startKamailio(
  scope: TestScope,
  rtpproxySocket: string,
  { configuration, definitions = {}, ipv6 = false, silent = false }: KamailioOptions = {},
): Promise<Kamailio> {
  const program = sipProgram('kamailio');
  const directory = temporaryDirectory(scope);
  const host = '127.0.0.1';
  const port = await freeUdpPort(host);
  const file = fileURLToPath(new URL(`../fixtures/${configuration ?? 'kamailio.cfg'}`, import.meta.url));
  const command = [program, '-f', file, '-DD', '-E', '-l', `udp:${host}:${port}`, '-m', '16', '-M', '4'];
  if (ipv6) command.push('-l', `udp:[::1]:${port}`);
  command.push('-A', `RTPPROXY_SOCKET="${rtpproxySocket}"`, '-Y', directory, '-w', directory);
  for (const [name, value] of Object.entries(definitions)) command.push('-A', `${name}=${value}`);
  const child = await startProcess(scope, command, { cwd: directory });
  if (silent) await untilBound(child, host, port);
  else await untilSipAnswered(child, host, port);
  return { host, port, stderr: child.stderr, stop: child.stop };
}

async function untilBound(child: RunningProcess, host: string, port: number): Promise<void> {
  await until(() => isUdpPortBound(host, port) || child.exit() !== undefined, START_MS, 'the port of Kamailio');
  if (child.exit() !== undefined) throw new Error(`Kamailio ended at once\n${child.stderr()}`);
}
