import { evaluate, type RunRequest, UsageError } from '../config/command-line.ts';
import { buildConfig, type Config, type ConfigEnvironment } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { applyConfigFile } from '../config/config-file.ts';
import { effectiveConfig } from '../config/effective-config.ts';
import type { Information } from '../config/option.ts';
import type { DaemonLogger } from '../log/logger.ts';
import { openLog } from '../log/logger.ts';
import { isBackgroundChild } from '../process/daemonize.ts';
import { packageVersion } from '../process/package-version.ts';
import { BASIC_VERSION, FEATURES } from '../protocol/capabilities.ts';
import { helpText, USAGE } from './help.ts';

/** What the `rtpproxy` command needs from the process that it runs in. */
export interface CliHost extends Omit<ConfigEnvironment, 'warn'> {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the command was started. */
  readonly directory: string;
  out(text: string): void;
  err(text: string): void;
  /** What a daemon with this configuration would complain about at its start, a line each. */
  faults(config: Config): readonly string[];
  /** Loads modules without starting them. @throws ConfigError */
  checkModules(config: Config): Promise<void>;
  /** Runs the same command line in the background until it is ready; returns the exit code. */
  startInBackground(config: Config): Promise<number>;
  /** Runs the daemon until it has ended; returns the exit code. `reread` rejects with ConfigError. */
  runDaemon(config: Config, logger: DaemonLogger, reread: () => Promise<Config>): Promise<number>;
}

/**
 * The `rtpproxy` command, from its arguments to its exit code (cli.md 7.2). Failures that the operator can mend are
 * printed as `rtpproxy: TEXT`; others are thrown.
 */
export async function main(args: readonly string[], host: CliHost): Promise<number> {
  try {
    const asked = () => evaluate(args, host.env.POSIXLY_CORRECT !== undefined, host.directory);
    const request = asked();
    if (request.kind === 'inform') {
      host.out(information(request.what));
      return 0;
    }
    // The parent has printed the warnings already.
    const warn = isBackgroundChild() ? () => undefined : (line: string) => host.err(`rtpproxy: ${line}\n`);
    const config = await configure(request, { ...host, warn });
    if (request.kind === 'check') {
      await host.checkModules(config);
      host.out(effectiveConfig(config));
      for (const fault of host.faults(config)) host.err(`rtpproxy: ${fault}\n`);
      return 0;
    }
    if (!config.foreground && !isBackgroundChild()) return await host.startInBackground(config);
    const reread = async () => {
      // Once the daemon runs, the log is the place for complaints.
      const again = asked();
      if (again.kind === 'inform') throw new TypeError('the command line has changed');
      return configure(again, { ...host, warn: () => undefined });
    };
    const logger = openLog(config, host.env);
    try {
      return await host.runDaemon(config, logger, reread);
    } finally {
      logger.close();
    }
  } catch (error) {
    const text = explanation(error);
    if (text === undefined) throw error;
    host.err(`rtpproxy: ${text}\n`);
    if (error instanceof ConfigError) for (const line of error.consequences) host.err(`rtpproxy: ${line}\n`);
    if (error instanceof UsageError) host.err(USAGE);
    return 1;
  }
}

/** The command line, then the configuration file, then the checks (cli.md 2.2). */
async function configure({ draft, given }: RunRequest, environment: ConfigEnvironment): Promise<Config> {
  if (draft.configFile !== undefined) applyConfigFile(draft.configFile, draft, given);
  return buildConfig(draft, environment);
}

function information(what: Information): string {
  switch (what) {
    case 'version':
      return `${packageVersion()}\n`;
    case 'capabilities': {
      const lines = FEATURES.map(({ date, text }) => `Extension ${date}: ${text}\n`);
      return `Basic version: ${BASIC_VERSION}\n${lines.join('')}`;
    }
    case 'clock':
      return 'CLOCK_BOOTTIME\n';
    case 'help':
      return helpText();
  }
}

/** What to tell the operator about a failure of the start; undefined for a mistake in the program. */
function explanation(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return error.code === 'ERR_CONFIG' || error.code === 'ERR_NATIVE_ADDON' ? error.message : undefined;
}
