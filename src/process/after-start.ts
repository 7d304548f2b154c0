import { setFlagsFromString } from 'node:v8';
import { EngineError } from '../addon/errors.ts';
import { dropStartRights, trimMemory } from '../addon/host.ts';
import type { Logger } from '../log/log.ts';
import { strerror } from '../log/strerror.ts';

/** Gives up the rights that only the start needed. A system that does not allow it is logged; calls work all the same. */
export function giveUpStartRights(logger: Logger): void {
  try {
    dropStartRights();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    logger.log('WARN', 'daemon', `rights that only the start needed are kept: ${error.syscall}: ${strerror(error)}`);
  }
}

/** The start is over: what runs often gets optimized from now on, and memory that the start alone needed is given back. */
export function releaseStartMemory(): void {
  setFlagsFromString('--opt');
  trimMemory();
}
