/** First descriptor that systemd passes (sd_listen_fds(3)). */
export const FIRST_ACTIVATED = 3;

const MAX_FDS = 1024;

/**
 * How many descriptors systemd has passed to the process `pid`; 0 also when they are meant for another one.
 */
export function activatedDescriptors(env: Readonly<Record<string, string | undefined>>, pid: number): number {
  const { LISTEN_PID: owner, LISTEN_FDS: count = '' } = env;
  if (owner !== String(pid) || !/^\d+$/.test(count)) return 0;
  return Math.min(MAX_FDS, Number(count));
}
