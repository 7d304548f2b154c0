import { createSocket } from 'node:dgram';
import { closeSync, openSync, readFileSync, readSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Exit, type RunningProcess, startProcess } from './child-process.ts';
import { atEnd, type TestScope, temporaryDirectory } from './cleanup.ts';
import { until } from './deadline.ts';
import { sipProgram } from './sip-programs.ts';
import { SipTraceReader, type TracedMessage } from './sip-trace.ts';
import { freeUdpPort, isUdpPortBound } from './udp-port.ts';

const START_MS = 10_000;
const REPORT_LENGTH = 2000;

export interface SippOptions {
  /** Name of a scenario in test/fixtures/sipp. */
  readonly scenario: 'caller' | 'callee';
  /** Loopback address the phone lives at. */
  readonly host: string;
  /** Where it sends its SIP messages. */
  readonly proxy: { readonly host: string; readonly port: number };
  /** One call for each: the port its SDP names. */
  readonly mediaPorts: readonly number[];
  /** Calls started per second; for a caller. */
  readonly rate?: number;
  /** HOST:PORT that a caller calls. */
  readonly callee?: string;
  /** SIPp gives up, and its exit code is not 0, after that many seconds. */
  readonly timeoutSeconds: number;
  /** Told of every SIP message as it is sent or received. */
  readonly onMessage: (message: TracedMessage) => void;
}

export interface Sipp {
  readonly host: string;
  readonly port: number;
  /** Exit code 0: every call went through its scenario to the end. */
  readonly exited: Promise<Exit>;
  /** What SIPp says about calls that went wrong. */
  errors(): string;
  /** Sends the phone an INFO of this call, at which the caller scenario hangs up. */
  inform(callId: string): Promise<void>;
}

/** Starts SIPp as a phone on a free port, and waits until the port is open. It ends with the test. */
export async function startSipp(scope: TestScope, options: SippOptions): Promise<Sipp> {
  const { host, proxy, mediaPorts } = options;
  const program = sipProgram('sipp');
  const directory = temporaryDirectory(scope);
  const port = await freeUdpPort(host);
  const trace = join(directory, 'messages.log');
  const errors = join(directory, 'errors.log');
  writeFileSync(join(directory, 'ports.csv'), ['SEQUENTIAL', ...mediaPorts.map((value) => `${value};`), ''].join('\n'));
  writeFileSync(trace, '');
  writeFileSync(errors, '');
  followTrace(scope, trace, options.onMessage);

  const scenario = fileURLToPath(new URL(`../fixtures/sipp/${options.scenario}.xml`, import.meta.url));
  const command = [program, `${proxy.host}:${proxy.port}`, '-sf', scenario, '-inf', 'ports.csv', '-nostdin'];
  command.push('-i', host, '-p', `${port}`, '-bind_local', '-ci', host, '-m', `${mediaPorts.length}`);
  command.push('-trace_msg', '-message_file', trace, '-trace_err', '-error_file', errors);
  command.push('-timeout', `${options.timeoutSeconds}s`, '-timeout_error');
  if (options.rate !== undefined) command.push('-r', `${options.rate}`);
  if (options.callee !== undefined) command.push('-key', 'callee', options.callee);
  const child = await startProcess(scope, command, { cwd: directory });

  const report = () => `${child.stderr()}${readFileSync(errors, 'latin1')}`.slice(0, REPORT_LENGTH);
  await until(() => isUdpPortBound(host, port) || child.exit() !== undefined, START_MS, `start of ${program}`);
  if (failed(child)) throw new Error(`${program} ended at once\n${report()}`);
  return { host, port, exited: child.exited, errors: report, inform: (callId) => sendInfo(host, port, callId) };
}

function failed(child: RunningProcess): boolean {
  const exit = child.exit();
  return exit !== undefined && exit.code !== 0;
}

/** Hands on the messages as SIPp appends them to the file. */
function followTrace(scope: TestScope, path: string, onMessage: (message: TracedMessage) => void): void {
  const reader = new SipTraceReader();
  const piece = Buffer.alloc(65536);
  const fd = openSync(path, 'r');
  const watcher = watch(path, () => {
    for (let length = readSync(fd, piece); length > 0; length = readSync(fd, piece)) {
      for (const message of reader.push(piece.toString('latin1', 0, length))) onMessage(message);
    }
  });
  atEnd(scope, () => {
    watcher.close();
    closeSync(fd);
  });
}

async function sendInfo(host: string, port: number, callId: string): Promise<void> {
  const lines = [
    `INFO sip:${host}:${port} SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKinfo',
    'From: <sip:test@127.0.0.1>;tag=test',
    `To: <sip:${host}:${port}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 INFO',
    'Content-Length: 0',
    '\r\n',
  ];
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.send(lines.join('\r\n'), port, host, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    socket.close();
  }
}
