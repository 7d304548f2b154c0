/**
 * Imported before everything else: without a listener SIGUSR1 makes Node open a debugger port, and the daemon's own
 * handlers come only at the end of the start (cli.md 13).
 */
process.on('SIGUSR1', () => undefined);
