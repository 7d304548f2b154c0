import type { IoChoice, RecordFormat } from '../addon/contract.ts';
import type { LogFormat } from '../log/line.ts';
import type { LogLevel } from '../log/log.ts';
import type { LogFacility } from '../log/syslog-sink.ts';
import type { LocalAddress } from '../protocol/local-address.ts';
import type { ConfigDraft, HepConfig, LatchMode, SchedulingPolicy } from './config-draft.ts';
import { ConfigError } from './config-error.ts';
import { defaultPidFile } from './default-pid-file.ts';
import type { HttpAddress } from './http-address.ts';
import type { Identity } from './identity.ts';
import { listenAddresses } from './listen-address.ts';
import type { ModuleRequest } from './modules.ts';
import { NOTIFY_COMPLAINT, type NotifyTarget } from './notify-target.ts';
import { HostError, type HostResolver, hostResolver } from './resolve-host.ts';

/** What is run for each finished recording. */
export interface RecordingDoneConfig {
  /** Absolute path of the program, and its arguments. */
  readonly command: readonly string[];
  /** Seconds that it may take. */
  readonly timeout: number;
}

/** What the daemon runs with; complete and checked, frozen. */
export interface Config {
  /** Absolute path of the file that it was read from too. */
  readonly configFile: string | undefined;
  readonly foreground: boolean;
  /** Change to `/` when going into the background. */
  readonly chdir: boolean;
  /** In the background: keep stdout and stderr, and log to stderr too. */
  readonly keepOutput: boolean;
  readonly superuserOk: boolean;
  /** Whom to become once the sockets are open. */
  readonly identity: Identity | undefined;
  /** File mode of Unix control sockets. */
  readonly socketMode: number | undefined;
  /** Real-time scheduling of all threads. */
  readonly scheduling: SchedulingPolicy | undefined;
  readonly logLevel: LogLevel;
  readonly logFacility: LogFacility;
  readonly logFormat: LogFormat;
  /** `-s` arguments, at least one; their syntax is checked by the control transports. */
  readonly controls: readonly string[];
  /** At least one; in bridge mode the first is internal, the second external. The first is the default. */
  readonly listen: readonly LocalAddress[];
  readonly bridge: boolean;
  /** First and last RTP port of the pair table, both even; RTCP uses the port after each. */
  readonly portMin: number;
  readonly portMax: number;
  readonly sequentialPorts: boolean;
  /** IP TOS byte; undefined leaves the system's value. */
  readonly tos: number | undefined;
  /** Seconds until an idle session ends: when complete, and before. */
  readonly ttl: number;
  readonly setupTtl: number;
  /** Seconds for which a prompt keeps a session going that nobody sends to; 0: as long as it plays. */
  readonly playTtl: number;
  readonly independentTtl: boolean;
  /** Send every packet of less than 128 bytes twice. */
  readonly duplicateSmall: boolean;
  /** Where recordings are kept; undefined: nothing is recorded. */
  readonly recordDirectory: string | undefined;
  /** Where they are written until they are complete. */
  readonly spoolDirectory: string | undefined;
  readonly recordFormat: RecordFormat;
  /** Recordings of packets are in pcap format, also of those that cannot become sound. */
  readonly pcap: boolean;
  /** Record every session. */
  readonly recordAll: boolean;
  /** Record and copy RTCP too. */
  readonly recordRtcp: boolean;
  /** Where records of ended calls go: an absolute path, `syslog`, or `-` for standard output. */
  readonly callRecords: string | undefined;
  readonly recordingDone: RecordingDoneConfig | undefined;
  /** Modules to load, as they are numbered: those of options before those of sections. */
  readonly modules: readonly ModuleRequest[];
  readonly hep: HepConfig;
  /** Undefined: none. */
  readonly pidFile: string | undefined;
  /** `-n` arguments as written: commands name them by the same text. */
  readonly notifyTargets: readonly string[];
  /** Address blocks: who may use UDP and TCP control sockets, everybody when empty; who may be a party, and who not. */
  readonly controlAllow: readonly string[];
  readonly peerAllow: readonly string[];
  readonly peerDeny: readonly string[];
  /** Where calls and metrics can be looked at; undefined: nowhere. */
  readonly http: HttpAddress | undefined;
  /** Address blocks: who may do so over TCP; processes of this host when empty. */
  readonly httpAllow: readonly string[];
  /** Absolute path of the file with the token that they have to show. */
  readonly httpTokenFile: string | undefined;
  /** RLIMIT_NOFILE to set; undefined leaves it alone. */
  readonly fileLimit: number | undefined;
  /** How the addresses of media are learned. */
  readonly latch: LatchMode;
  /** Whether a session is asymmetric unless its command says otherwise. */
  readonly asymmetric: boolean;
  /** Names may be looked up in DNS. */
  readonly resolve: boolean;
  readonly nice: number | undefined;
  readonly workers: number;
  /** CPUs that the relay threads are bound to, one after the other; empty: to none. */
  readonly workerCpus: readonly number[];
  /** Microseconds for which packets may wait to be relayed together; undefined: as the load asks for. */
  readonly batchWindow: number | undefined;
  readonly io: IoChoice;
}

/** The facts about the process and the machine that the checks need. */
export interface ConfigEnvironment {
  /** Real user id. */
  readonly uid: number;
  /** Has XDG_RUNTIME_DIR. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Processors that this process may use. */
  readonly processors: number;
  /** Takes one line for the operator; the start goes on. */
  warn(line: string): void;
  /** Asked for names that are not numeric; the system's resolver when absent. */
  readonly dns?: HostResolver;
}

export const MAX_WORKERS = 64;
const DEFAULT_PROGRAM_SECONDS = 300;
const DEFAULT_CONTROL = '/var/run/rtpproxy.sock';

const REMOTE_SUPERUSER =
  'running this program as superuser in a remote control mode is strongly not recommended, as it poses serious ' +
  'security threat to your system. Use -u option to run as an unprivileged user or -F is you want to run as a ' +
  'superuser anyway.';
const LOCAL_SUPERUSER =
  'WARNING!!! Running this program as superuser is strongly not recommended, as it may pose serious security threat ' +
  'to your system. Use -u option to run as an unprivileged user or -F to surpress this warning.';

/**
 * Fills in what the command line left out and makes the checks that look at several options, in the order of cli.md 2.2.
 * @throws ConfigError
 */
export async function buildConfig(draft: ConfigDraft, environment: ConfigEnvironment): Promise<Config> {
  const { env = {} } = environment;
  const resolve = hostResolver(draft.resolve, environment.dns);
  await checkNotifyTargets(draft.notifyTargets, resolve);
  const controls = draft.controls.length > 0 ? draft.controls : [DEFAULT_CONTROL];
  checkTogether(draft, controls, environment);
  const [portMin, portMax] = portRange(draft.portMin, draft.portMax);
  const { addresses, bridge } = await listenAddresses(draft.listen, draft.advertised, resolve);
  return Object.freeze({
    configFile: draft.configFile,
    foreground: draft.foreground,
    chdir: !draft.keepDirectory,
    keepOutput: draft.keepOutput,
    superuserOk: draft.superuserOk,
    identity: draft.identity,
    socketMode: draft.socketMode,
    scheduling: draft.scheduling,
    logLevel: draft.logLevel,
    logFacility: draft.logFacility,
    logFormat: draft.logFormat,
    controls: Object.freeze([...controls]),
    listen: Object.freeze([...addresses]),
    bridge,
    portMin,
    portMax,
    sequentialPorts: draft.sequentialPorts,
    tos: draft.tos < 0 ? undefined : draft.tos,
    ttl: draft.ttl,
    setupTtl: draft.setupTtl ?? draft.ttl,
    playTtl: draft.playTtl,
    independentTtl: draft.independentTtl,
    duplicateSmall: draft.duplicateSmall,
    ...recordingOf(draft),
    callRecords: draft.callRecords,
    recordingDone: recordingDone(draft),
    modules: Object.freeze(loadOrder(draft.modules)),
    hep: Object.freeze({ ...draft.hep }),
    pidFile: draft.pidFile === '/dev/null' ? undefined : (draft.pidFile ?? defaultPidFile(environment.uid, env)),
    notifyTargets: Object.freeze(draft.notifyTargets.map((target) => target.text)),
    controlAllow: Object.freeze([...draft.controlAllow]),
    peerAllow: Object.freeze([...draft.peerAllow]),
    peerDeny: Object.freeze([...draft.peerDeny]),
    http: draft.http,
    httpAllow: Object.freeze([...draft.httpAllow]),
    httpTokenFile: draft.httpTokenFile,
    fileLimit: draft.fileLimit,
    latch: draft.latch,
    asymmetric: draft.forceAsymmetric || (bridge && !draft.bridgeSymmetric),
    resolve: draft.resolve,
    nice: draft.nice,
    workers: draft.workers ?? (draft.workerCpus.length || defaultWorkers(environment)),
    workerCpus: Object.freeze([...draft.workerCpus]),
    batchWindow: draft.batchWindow,
    io: draft.io,
  });
}

/** What options say together. */
function checkTogether(draft: ConfigDraft, controls: readonly string[], environment: ConfigEnvironment): void {
  if (draft.spoolDirectory !== undefined && draft.recordDirectory === undefined) {
    throw new ConfigError('-S switch requires -r switch');
  }
  checkStandardStreams(draft, controls);
  checkSuperuser(draft, controls, environment);
  for (const section of draft.unknownSections) environment.warn(`${section} is ignored: only "modules" is known`);
  checkHttp(draft);
}

function recordingOf(draft: ConfigDraft) {
  const { recordDirectory, spoolDirectory, pcap, recordAll, recordRtcp } = draft;
  const recordFormat = draft.recordFormat ?? (pcap ? 'pcap' : 'adhoc');
  return { recordDirectory, spoolDirectory, recordFormat, pcap, recordAll, recordRtcp };
}

function loadOrder(requests: readonly ModuleRequest[]): ModuleRequest[] {
  const ofOptions = requests.filter(({ by }) => by !== 'section');
  return [...ofOptions, ...requests.filter(({ by }) => by === 'section')];
}

function checkSuperuser(draft: ConfigDraft, controls: readonly string[], { uid, warn }: ConfigEnvironment): void {
  if (uid !== 0 || draft.superuserOk || draft.identity?.user !== undefined) return;
  if (controls.some((control) => /^udp6?:/.test(control))) throw new ConfigError(REMOTE_SUPERUSER);
  warn(LOCAL_SUPERUSER);
}

/** Only the foreground has them, and records on standard output have to have it for themselves. */
function checkStandardStreams({ foreground, callRecords }: ConfigDraft, controls: readonly string[]): void {
  const commands = controls.some((control) => /^stdioc?:/.test(control));
  if (!foreground && commands) throw new ConfigError('stdio command mode requires -f switch');
  if (callRecords !== '-') return;
  if (!foreground) throw new ConfigError('--call-records=- requires -f switch');
  if (commands) throw new ConfigError('--call-records=- cannot be used with -s stdio:');
}

/** One processor is left to commands. */
function defaultWorkers({ processors }: ConfigEnvironment): number {
  return Math.min(MAX_WORKERS, Math.max(1, processors - 1));
}

/** Rounds to whole port pairs: an RTP port is even and needs the port after it within the range. */
function portRange(lowest: number, highest: number): [number, number] {
  const first = lowest + (lowest % 2);
  const last = highest % 2 === 0 ? highest - 2 : highest - 1;
  if (first > last) throw new ConfigError('port_min should be less than port_max');
  return [first, last];
}

function recordingDone(draft: ConfigDraft): RecordingDoneConfig | undefined {
  const { recordingDone: command, recordingDoneTimeout: timeout, recordDirectory } = draft;
  if (command === undefined) {
    // An option without effect would make an operator believe in one.
    if (timeout !== undefined) throw new ConfigError('--recording-done-timeout requires --recording-done');
    return undefined;
  }
  if (recordDirectory === undefined) throw new ConfigError('--recording-done requires -r switch');
  return { command, timeout: timeout ?? DEFAULT_PROGRAM_SECONDS };
}

/** An access rule without a door would make an operator believe that there is one. */
function checkHttp({ http, httpAllow, httpTokenFile }: ConfigDraft): void {
  if (http === undefined && httpAllow.length > 0) throw new ConfigError('--http-allow requires --http');
  if (http === undefined && httpTokenFile !== undefined) throw new ConfigError('--http-token-file requires --http');
  if (http?.kind === 'unix' && httpAllow.length > 0) {
    throw new ConfigError('--http-allow is about TCP; who may use a Unix socket -w and -u say');
  }
}

async function checkNotifyTargets(targets: readonly NotifyTarget[], resolve: HostResolver): Promise<void> {
  for (const target of targets) {
    if (target.kind !== 'tcp') continue;
    try {
      await resolve(target.host, 4);
    } catch (error) {
      throw error instanceof HostError ? new ConfigError(NOTIFY_COMPLAINT + error.message) : error;
    }
  }
}
