import { EngineError } from '../addon/errors.ts';
import { dropStartRights } from '../addon/host.ts';
import type { Logger } from '../log/log.ts';
import { strerror } from '../log/strerror.ts';

/** Gives up what only the start needed. A system that does not allow it is logged; calls work all the same. */
export function giveUpStartRights(logger: Logger): void {
  try {
    dropStartRights();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    logger.log('WARN', 'daemon', `rights that only the start needed are kept: ${error.syscall}: ${strerror(error)}`);
  }
}
