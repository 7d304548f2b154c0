import { constants } from 'node:os';
import type { Logger } from '../log/log.ts';

/** What signals make the daemon do. */
export interface SignalActions {
  /** Fast stop: end all sessions and exit with 0. Called once. */
  stop(): void;
  /** Slow shutdown: refuse new sessions and exit when the last one has ended. Called once. */
  drain(): void;
  /** Leave nothing behind: the process is killed at once. */
  crash(): void;
  /** Read the settings again that may change while the daemon runs. */
  reload(): void;
}

/** The part of `process` that signals need. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
  kill(pid: number, signal: NodeJS.Signals): unknown;
  readonly pid: number;
}

/** Those of the C daemon's bad ones that Node can handle. */
const BAD_SIGNALS = ['SIGQUIT', 'SIGABRT', 'SIGTRAP', 'SIGSYS'] as const;
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF'] as const;

/**
 * Connects signals with the daemon as cli.md 7.1 says: the first of the fatal ones stops, a second one ends the process
 * at once with 128 + its number (`exit` listeners of the process still run), and SIGHUP drains. SIGURG, which has no
 * effect on the C daemon, reloads. Bad ones kill, after a log line and unlike in the C daemon without leaving files behind.
 * SIGPIPE is ignored by Node itself; every other signal keeps its default effect.
 *
 * @returns removes the handlers
 */
export function handleSignals(actions: SignalActions, logger: Logger, source: SignalSource = process): () => void {
  let stopping = false;
  let draining = false;
  const listeners = new Map<NodeJS.Signals, () => void>();
  for (const signal of STOP_SIGNALS) {
    listeners.set(signal, () => {
      const number = constants.signals[signal];
      if (stopping) {
        source.exit(128 + number);
        return;
      }
      stopping = true;
      logger.log('INFO', 'signals', `got signal ${number}`);
      actions.stop();
    });
  }
  listeners.set('SIGHUP', () => {
    if (draining || stopping) return;
    draining = true;
    logger.log('INFO', 'signals', 'got SIGHUP, initiating deorbiting-burn sequence');
    actions.drain();
  });
  for (const signal of BAD_SIGNALS) {
    listeners.set(signal, () => {
      logger.log('CRIT', 'signals', `got BAD signal ${constants.signals[signal]}, fastshutdown = 0`);
      actions.crash();
      const listener = listeners.get(signal);
      if (listener !== undefined) source.off(signal, listener);
      source.kill(source.pid, signal);
    });
  }
  listeners.set('SIGURG', () => {
    if (!stopping) actions.reload();
  });
  for (const [signal, listener] of listeners) source.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) source.off(signal, listener);
  };
}
