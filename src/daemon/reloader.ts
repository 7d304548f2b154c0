import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { type NotifyTarget, parseNotifyTarget } from '../config/notify-target.ts';
import type { LogLevel } from '../log/log.ts';
import type { DaemonLogger } from '../log/logger.ts';
import type { SessionDefaults } from '../session/sessions.ts';

/** The parts of the running daemon that can change. */
export interface ReloadTargets {
  defaults(defaults: SessionDefaults): void;
  notifyTargets(targets: readonly NotifyTarget[]): void;
  /** Who may send commands, and who may be a party. */
  access(config: Config): void;
  /** What is run for finished recordings. */
  recordingDone(settings: Config['recordingDone']): void;
  /** Whether the engine reports informational events. */
  verbose(verbose: boolean): void;
  /** They are going, or gone: nothing is changed any more. */
  ended(): boolean;
}

/** Settings that change without a restart; those of a session count for the next one. */
const CHANGEABLE: readonly (keyof Config)[] = [
  'logLevel',
  'ttl',
  'setupTtl',
  'tos',
  'notifyTargets',
  'controlAllow',
  'peerAllow',
  'peerDeny',
  'recordingDone',
];

/** Settings whose key in the file has another name; all others have their own. */
const KEYS: Partial<Record<keyof Config, string>> = {
  asymmetric: 'force_asymmetric',
  bridge: 'listen',
  chdir: 'keep_directory',
  controls: 'control',
  hep: 'hep_quality, hep_split or hep_key_file',
  identity: 'user',
  keepOutput: 'no_redirect',
  logFacility: 'the facility in log_level',
  recordDirectory: 'record_dir',
  recordRtcp: 'no_rtcp_recording',
  resolve: 'no_resolve',
  spoolDirectory: 'spool_dir',
};

const WHERE = 'reload';

/**
 * What SIGURG does. With `--config` the file is read again: what may change does, about anything else a line says that it
 * needs a restart, and with an error nothing changes. Without a file the log switches between the level of `-d` and all
 * lines.
 */
export class Reloader {
  readonly #started: Config;
  readonly #reread: () => Promise<Config>;
  readonly #logger: DaemonLogger;
  readonly #targets: ReloadTargets;
  #running: Promise<void> = Promise.resolve();

  constructor(config: Config, reread: () => Promise<Config>, logger: DaemonLogger, targets: ReloadTargets) {
    this.#started = config;
    this.#reread = reread;
    this.#logger = logger;
    this.#targets = targets;
  }

  /** Never rejects; one after the other. */
  reload(): Promise<void> {
    this.#running = this.#running.then(() => this.#reload());
    return this.#running;
  }

  async #reload(): Promise<void> {
    const { configFile, logLevel } = this.#started;
    if (configFile === undefined) {
      this.#setLevel(this.#logger.level === logLevel ? 'DBUG' : logLevel);
      return;
    }
    let config: Config;
    try {
      config = await this.#reread();
      if (this.#targets.ended()) return;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#logger.log('ERR', WHERE, `nothing was changed: ${error.message}`);
      return;
    }
    this.#apply(config);
  }

  #apply(config: Config): void {
    for (const name of fixedChanges(this.#started, config)) {
      this.#logger.log('ERR', WHERE, `a change of ${name} needs a restart`);
    }
    this.#targets.defaults(config);
    this.#targets.notifyTargets(config.notifyTargets.map(parseNotifyTarget));
    this.#targets.access(config);
    this.#targets.recordingDone(config.recordingDone);
    this.#setLevel(config.logLevel);
    this.#logger.log('INFO', WHERE, `read ${config.configFile} again`);
  }

  #setLevel(level: LogLevel): void {
    if (level === this.#logger.level) return;
    // Written by whichever of the two levels writes it.
    const announce = () => this.#logger.log('WARN', WHERE, `the log level is ${level} now`);
    const before = this.#logger.enabled('WARN');
    if (before) announce();
    this.#logger.level = level;
    if (!before) announce();
    this.#targets.verbose(this.#logger.enabled('INFO'));
  }
}

/** Keys of the settings that differ and cannot change now. */
function fixedChanges(before: Config, after: Config): string[] {
  const names = Object.keys(after).filter((name): name is keyof Config => Object.hasOwn(before, name));
  const changed = names
    .filter((name) => !CHANGEABLE.includes(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => KEYS[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  return [...new Set(changed)];
}
