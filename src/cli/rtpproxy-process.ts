import { readlinkSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { exposures } from '../config/control-sockets.ts';
import { loadModuleHost } from '../daemon/modules.ts';
import { startFaults } from '../daemon/start-faults.ts';
import type { Logger } from '../log/log.ts';
import { DaemonLogger } from '../log/logger.ts';
import { StderrSink } from '../log/stderr-sink.ts';
import { assumeIdentity } from '../process/assume-identity.ts';
import { startInBackground } from '../process/daemonize.ts';
import { isClaimed } from '../process/uncaught.ts';
import { main } from './main.ts';

// The name that killproc and pidof look for (cli.md 12).
process.title = 'rtpproxy';

let logger: Logger = new DaemonLogger('CRIT', [new StderrSink()]);

process.on('uncaughtException', (error) => {
  if (isClaimed(error)) return;
  logger.log('CRIT', 'rtpproxy', `unhandled exception: ${error.stack ?? error}`);
  // Runs the daemon's `exit` listeners, which remove its sockets and its pid file.
  process.exit(1);
});

// Node's own warnings are log lines like all others. That we use something of Node's that is experimental is no matter of operators.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  logger.log(warning.name === 'ExperimentalWarning' ? 'DBUG' : 'WARN', 'rtpproxy', String(warning));
});

/** A daemon has run, or has begun to, or runs in the background. */
let served = false;

/** The exit code of a daemon. */
async function serve(daemon: Promise<number>): Promise<number> {
  try {
    return await daemon;
  } finally {
    served = true;
  }
}

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  directory: currentDirectory(),
  uid: process.getuid?.() ?? 0,
  processors: availableParallelism(),
  out: (text) => write(1, text),
  err: (text) => write(2, text),
  faults: (config) => {
    // This process ends now, so it can look with the eyes of the user that the daemon would be.
    if (config.identity !== undefined && process.getuid?.() === 0) assumeIdentity(config.identity);
    return [...startFaults(config), ...exposures(config)];
  },
  checkModules: async (config) => {
    await loadModuleHost(config, (text) => write(2, `${text}\n`));
  },
  startInBackground: (config) => serve(startInBackground(config)),
  runDaemon: async (config, daemonLogger, reread) => {
    logger = daemonLogger;
    const { runDaemon } = await import('../daemon/daemon.ts');
    return serve(runDaemon(config, daemonLogger, reread));
  },
});
// At once: in Node's own slow end a signal would have its default effect again and kill instead of being ignored. And Node would wait
// for work on files that has been given up, as of a module that has not started.
if (served) process.exit();

/** For one that has been removed the kernel has a name that no other has. */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return readlinkSync('/proc/self/cwd');
  }
}

/** Synchronous, so that nothing is lost at exit; a reader that has gone away is no failure. */
function write(fd: number, text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // There is no other place to complain.
  }
}
