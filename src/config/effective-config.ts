import type { LocalAddress } from '../protocol/local-address.ts';
import type { Config } from './config.ts';
import { requestLines } from './modules.ts';
import { configKey } from './option.ts';
import { OPTIONS } from './options.ts';

type Value = string | number | boolean | undefined;

/** What options have come to, by their keys. Those without an entry have no effect, or are part of another one. */
const VALUES: Readonly<Record<string, (config: Config) => Value | readonly Value[]>> = {
  foreground: (config) => config.foreground,
  keep_directory: (config) => !config.chdir,
  no_redirect: (config) => config.keepOutput,
  superuser_ok: (config) => config.superuserOk,
  user: (config) => config.identity?.text,
  socket_mode: ({ socketMode }) => (socketMode === undefined ? undefined : `0${socketMode.toString(8)}`),
  pid_file: (config) => config.pidFile ?? '/dev/null',
  log_level: (config) => `${config.logLevel}:LOG_${config.logFacility}`,
  log_format: (config) => config.logFormat,
  file_limit: (config) => config.fileLimit,
  scheduling: (config) => config.scheduling,
  nice: (config) => config.nice,
  workers: (config) => config.workers,
  worker_cpus: (config) => config.workerCpus.join(',') || undefined,
  batch_window: (config) => config.batchWindow ?? 'auto',
  io: (config) => config.io,
  control: (config) => config.controls,
  notify: (config) => config.notifyTargets,
  control_allow: (config) => config.controlAllow,
  peer_allow: (config) => config.peerAllow,
  peer_deny: (config) => config.peerDeny,
  http: (config) => config.http?.text,
  http_allow: (config) => config.httpAllow,
  http_token_file: (config) => config.httpTokenFile,
  no_resolve: (config) => !config.resolve,
  port_min: (config) => config.portMin,
  // The port of the last pair's RTCP.
  port_max: (config) => config.portMax + 1,
  sequential_ports: (config) => config.sequentialPorts,
  tos: (config) => config.tos ?? -1,
  ttl: (config) => config.ttl,
  setup_ttl: (config) => config.setupTtl,
  play_ttl: (config) => config.playTtl,
  independent_ttl: (config) => config.independentTtl,
  duplicate_small: (config) => config.duplicateSmall,
  bridge_symmetric: (config) => config.bridge && !config.asymmetric,
  force_asymmetric: (config) => config.asymmetric,
  latch: (config) => config.latch,
  record_dir: (config) => config.recordDirectory,
  spool_dir: (config) => config.spoolDirectory,
  pcap: (config) => config.pcap,
  record_format: (config) => config.recordFormat,
  record_all: (config) => config.recordAll,
  call_records: (config) => config.callRecords,
  recording_done: ({ recordingDone }) => recordingDone?.command.join(' '),
  recording_done_timeout: ({ recordingDone }) => recordingDone?.timeout,
  no_rtcp_recording: (config) => !config.recordRtcp,
  hep_quality: (config) => config.hep.quality,
  hep_split: (config) => config.hep.split,
  hep_key_file: (config) => config.hep.keyFile,
};

/** The keys that `effectiveConfig` can print, listen addresses apart. */
export const SHOWN_KEYS: readonly string[] = Object.keys(VALUES);

/** The text of `--check`: a configuration file that makes the daemon run as the checked options do. */
export function effectiveConfig(config: Config): string {
  const lines: string[] = [];
  for (const option of OPTIONS) {
    const key = configKey(option);
    if (key === 'listen') lines.push(...listenLines(config));
    const shown = key === undefined ? undefined : VALUES[key]?.(config);
    for (const value of Array.isArray(shown) ? shown : [shown]) {
      if (value !== undefined) lines.push(`${key} = ${JSON.stringify(value)}`);
    }
  }
  lines.push(...requestLines(config.modules));
  return `${lines.join('\n')}\n`;
}

/** Listen addresses in their order; those of a bridge as one line, or as a line for each family. */
function listenLines({ listen, bridge }: Config): string[] {
  const [internal, external, ...others] = listen;
  if (!bridge || internal === undefined || external === undefined) return listen.map(listenLine);
  const pair =
    internal.family === external.family
      ? [assignment(internal, `${hostOf(internal)}/${hostOf(external)}`)]
      : [assignment(internal, hostOf(internal)), assignment(external, `/${hostOf(external)}`)];
  if (internal.advertised !== undefined || external.advertised !== undefined) {
    pair.push(`advertised = ${JSON.stringify(`${internal.advertised ?? ''}/${external.advertised ?? ''}`)}`);
  }
  return [...pair, ...others.map(listenLine)];
}

function listenLine(address: LocalAddress): string {
  const label = address.label === undefined ? '' : `${address.label}@`;
  const advertised = address.advertised === undefined ? '' : `=${address.advertised}`;
  return assignment(address, label + hostOf(address) + advertised);
}

function assignment({ family }: LocalAddress, text: string): string {
  return `${family === 6 ? 'listen6' : 'listen'} = ${JSON.stringify(text)}`;
}

function hostOf({ wildcard, host }: LocalAddress): string {
  return wildcard ? '*' : host;
}
