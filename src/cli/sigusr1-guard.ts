/**
 * Imported before everything else: without a listener SIGUSR1 makes Node open a debugger port, and the daemon's own
 * handlers come only later in the start (cli.md 13). Until then the signal has its default effect.
 */
process.on('SIGUSR1', () => {
  if (process.listenerCount('SIGUSR1') > 1) return;
  process.removeAllListeners('SIGUSR1');
  process.kill(process.pid, 'SIGUSR1');
});
