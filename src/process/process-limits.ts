import { setPriority } from 'node:os';
import { reserveDescriptors, setFileLimit, setRealtime } from '../addon/host.ts';
import type { Config } from '../config/config.ts';
import type { SchedulingPolicy } from '../config/config-draft.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Logger } from '../log/log.ts';
import { strerror, systemErrorText } from '../log/strerror.ts';

/** 1 MiB of the kernel's memory; enough for the ports of 32,000 calls. */
const MAX_RESERVED = 131_072;

/**
 * `-L`, `--nice` and `-c`: limit of open files, priority and scheduling policy. The latter two are the calling thread's, and
 * of the threads that it makes from then on. The table of descriptors has its size from the start, too.
 * @throws ConfigError when the system refuses one of the first two
 */
export function applyProcessLimits({ fileLimit, nice, scheduling }: Config, logger: Logger): void {
  if (fileLimit !== undefined) limitFiles(fileLimit);
  reserveDescriptors(MAX_RESERVED);
  if (nice !== undefined) changePriority(nice);
  if (scheduling !== undefined) changeScheduling(scheduling, logger);
}

function limitFiles(count: number): void {
  try {
    setFileLimit(count);
  } catch (error) {
    throw new ConfigError(`setrlimit: ${systemErrorText(error)}`);
  }
}

function changePriority(nice: number): void {
  try {
    setPriority(nice);
  } catch (error) {
    throw new ConfigError(`can't set nice level ${nice}: ${strerror(error)}`);
  }
}

/** The C daemon starts without the policy too, when it has no permission for it. */
function changeScheduling(policy: SchedulingPolicy, logger: Logger): void {
  try {
    setRealtime(policy);
  } catch (error) {
    logger.log('ERR', 'daemon', `sched_setscheduler(SCHED_${policy.toUpperCase()}, 99): ${strerror(error)}`);
  }
}
