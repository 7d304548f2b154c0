import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess } from './child-process.ts';
import { atEnd, type TestScope, temporaryDirectory } from './cleanup.ts';
import { until } from './deadline.ts';
import type { SipProxy } from './sip/phone.ts';
import { untilSipAnswered } from './sip/ping.ts';
import { findProgram } from './sip-programs.ts';
import { freeUdpPort } from './udp-port.ts';

const CONFIGURATION = fileURLToPath(new URL('../fixtures/opensips.cfg', import.meta.url));
const END_MS = 5000;
const DEBIAN_MODULES = '/usr/lib/x86_64-linux-gnu/opensips/modules';

export interface OpenSips extends SipProxy {
  /** Where it listens for notifications. */
  readonly notifySocket: string;
  /** What it has logged so far. */
  stderr(): string;
}

export interface OpenSipsOptions {
  /** How long an rtpproxy that does not answer is left alone; 60 s if not given. */
  readonly disableSeconds?: number;
  /** Whether to name the address that the message goes to next in offers and answers. */
  readonly autobridge?: boolean;
  /** `tcp:HOST:PORT`; a Unix socket of its own if not given. */
  readonly notifySocket?: string;
  /** Configuration to use instead of all that the file has from `route[relay]` on. */
  readonly routes?: string;
}

/** The program that OPENSIPS names, or that is on the PATH; undefined: there is none. Debian 12 has no package of it. */
export function openSipsProgram(): string | undefined {
  return process.env.OPENSIPS ?? findProgram('opensips');
}

/**
 * Starts OpenSIPS with test/fixtures/opensips.cfg on a free port of 127.0.0.1 and waits until it answers. It asks the
 * rtpproxies at these control sockets (blanks between), and ends with the test. A program in the place where it was built
 * has its modules beside it.
 */
export async function startOpenSips(
  scope: TestScope,
  rtpproxySockets: string,
  { disableSeconds = 60, autobridge = false, notifySocket, routes }: OpenSipsOptions = {},
): Promise<OpenSips> {
  const program = openSipsProgram();
  if (program === undefined) throw new Error('opensips is not installed, and OPENSIPS does not name it');
  const directory = temporaryDirectory(scope);
  const host = '127.0.0.1';
  const port = await freeUdpPort(host);
  const notify = notifySocket ?? `unix:${join(directory, 'notify')}`;
  const beside = join(dirname(program), 'modules');
  const values = {
    SIP_SOCKET: `udp:${host}:${port}`,
    MODULE_PATH: `${existsSync(beside) ? beside : DEBIAN_MODULES}/`,
    RTPPROXY_SOCKET: rtpproxySockets,
    NOTIFY_SOCKET: notify,
    DISABLE_SECONDS: `${disableSeconds}`,
    AUTOBRIDGE: autobridge ? '1' : '0',
  };
  const file = readFileSync(CONFIGURATION, 'utf8');
  const configuration =
    routes === undefined
      ? file
      : `${file.slice(0, file.indexOf('route[relay]'))}${routes}\nroute[action] {\n    exit;\n}\n`;
  const text = configuration.replaceAll(/\b[A-Z_]+\b/g, (word) => (values as Record<string, string>)[word] ?? word);
  const path = join(directory, 'opensips.cfg');
  writeFileSync(path, text);
  const command = [program, '-f', path, '-F', '-m', '64', '-M', '4', '-w', directory];
  const child = await startProcess(scope, command, { cwd: directory });
  // Told to end while it still starts, OpenSIPS would leave processes behind.
  atEnd(scope, () => until(() => killProcesses(path) === 0, END_MS, `end of the processes of ${path}`));
  await untilSipAnswered(child, host, port);
  return { host, port, notifySocket: notify, stderr: child.stderr };
}

/** Kills the processes that were started with that configuration. Returns how many there were. */
function killProcesses(configuration: string): number {
  let count = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(configuration)) continue;
      process.kill(Number(pid), 'SIGKILL');
      count++;
    } catch {
      // Gone meanwhile.
    }
  }
  return count;
}
