import type { IoChoice, RecordFormat } from '../addon/contract.ts';
import type { LogFormat } from '../log/line.ts';
import type { LogLevel } from '../log/log.ts';
import type { LogFacility } from '../log/syslog-sink.ts';
import type { Family } from '../protocol/local-address.ts';
import type { HttpAddress } from './http-address.ts';
import type { Identity } from './identity.ts';
import type { ModuleRequest } from './modules.ts';
import type { NotifyTarget } from './notify-target.ts';

/** What acct_rtcp_hep does beyond the C daemon's. */
export interface HepConfig {
  /** Reports of the quality of streams. */
  readonly quality: boolean;
  /** A packet for each report block. */
  readonly split: boolean;
  /** Absolute path of the file with the authentication key. */
  readonly keyFile: string | undefined;
}

/** The two parts of `-A first[/second]`; an empty first part is allowed (cli.md 2.2). */
export interface AdvertisedPair {
  readonly first: string;
  readonly second: string | undefined;
}

/** `-c`: real-time scheduling policies. */
export type SchedulingPolicy = 'fifo' | 'rr';

/** `--latch`: whether strangers can take the place of a peer, as in the C daemon. */
export type LatchMode = 'compat' | 'guarded';

/** What the command line said, option by option, before defaults and checks that need more than one option. */
export interface ConfigDraft {
  /** Of the start: relative names of files count from it, also when they are read again in another one. */
  readonly directory: string;
  /** Absolute path of `--config`. */
  configFile: string | undefined;
  /** Sections of it that nobody here knows, with file and line. */
  readonly unknownSections: string[];
  foreground: boolean;
  keepDirectory: boolean;
  /** `--no_redirect`. */
  keepOutput: boolean;
  superuserOk: boolean;
  identity: Identity | undefined;
  /** File mode of Unix control sockets; 0 counts as absent. */
  socketMode: number | undefined;
  scheduling: SchedulingPolicy | undefined;
  logLevel: LogLevel;
  logFacility: LogFacility;
  logFormat: LogFormat;
  /** `-s` arguments in order. */
  readonly controls: string[];
  /** `-l` and `-6` arguments in order. */
  readonly listen: { readonly text: string; readonly family: Family }[];
  advertised: AdvertisedPair | undefined;
  portMin: number;
  portMax: number;
  sequentialPorts: boolean;
  /** IP TOS byte; -1 leaves the system's value. */
  tos: number;
  /** Seconds. */
  ttl: number;
  setupTtl: number | undefined;
  playTtl: number;
  independentTtl: boolean;
  duplicateSmall: boolean;
  recordDirectory: string | undefined;
  spoolDirectory: string | undefined;
  pcap: boolean;
  /** Undefined: as `pcap` says. */
  recordFormat: RecordFormat | undefined;
  recordAll: boolean;
  recordRtcp: boolean;
  /** An absolute path, `syslog` or `-`. */
  callRecords: string | undefined;
  /** Absolute path of a program, and its arguments. */
  recordingDone: readonly string[] | undefined;
  /** Seconds. */
  recordingDoneTimeout: number | undefined;
  /** In their order; those of `modules` sections too. */
  readonly modules: ModuleRequest[];
  readonly hep: { -readonly [Name in keyof HepConfig]: HepConfig[Name] };
  /** Undefined: the default of the user. */
  pidFile: string | undefined;
  readonly notifyTargets: NotifyTarget[];
  /** Entries of `--control-allow`, `--peer-allow` and `--peer-deny`. */
  readonly controlAllow: string[];
  readonly peerAllow: string[];
  readonly peerDeny: string[];
  /** `--http`; undefined: nothing is served. */
  http: HttpAddress | undefined;
  /** Entries of `--http-allow`. */
  readonly httpAllow: string[];
  httpTokenFile: string | undefined;
  fileLimit: number | undefined;
  bridgeSymmetric: boolean;
  forceAsymmetric: boolean;
  latch: LatchMode;
  resolve: boolean;
  nice: number | undefined;
  workers: number | undefined;
  workerCpus: readonly number[];
  /** Microseconds; undefined: as the load asks for. */
  batchWindow: number | undefined;
  io: IoChoice;
}

/** A draft with the defaults of cli.md 2.2, of a daemon that is started in that directory. */
export function newDraft(directory = process.cwd()): ConfigDraft {
  return {
    directory,
    configFile: undefined,
    unknownSections: [],
    foreground: false,
    keepDirectory: false,
    keepOutput: false,
    superuserOk: false,
    identity: undefined,
    socketMode: undefined,
    scheduling: undefined,
    logLevel: 'ERR',
    logFacility: 'DAEMON',
    logFormat: 'text',
    controls: [],
    listen: [],
    advertised: undefined,
    portMin: 35000,
    portMax: 65000,
    sequentialPorts: false,
    tos: 184,
    ttl: 60,
    setupTtl: undefined,
    playTtl: 3600,
    independentTtl: false,
    duplicateSmall: false,
    recordDirectory: undefined,
    spoolDirectory: undefined,
    pcap: false,
    recordFormat: undefined,
    recordAll: false,
    recordRtcp: true,
    callRecords: undefined,
    recordingDone: undefined,
    recordingDoneTimeout: undefined,
    modules: [],
    hep: { quality: false, split: false, keyFile: undefined },
    pidFile: undefined,
    notifyTargets: [],
    controlAllow: [],
    peerAllow: [],
    peerDeny: [],
    http: undefined,
    httpAllow: [],
    httpTokenFile: undefined,
    fileLimit: undefined,
    bridgeSymmetric: false,
    forceAsymmetric: false,
    latch: 'guarded',
    resolve: true,
    nice: undefined,
    workers: undefined,
    workerCpus: [],
    batchWindow: undefined,
    io: 'auto',
  };
}
