import { WORKERS } from '../engine/backend.ts';
import { IO } from '../engine/backend-types.ts';
import { Engine, type EngineListener } from '../engine/engine.ts';
import { EngineError } from '../engine/errors.ts';
import type { NativeEngineOptions } from '../engine/types.ts';
import { sharedAdvice } from './backend-line.ts';
import { ConfigError } from './config-error.ts';
import { strerror } from './strerror.ts';

/** @throws ConfigError when threads or descriptors cannot be had */
export function startEngine(options: NativeEngineOptions, listener: EngineListener): Engine {
  try {
    return new Engine(options, listener);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const limit = error.code === 'EMFILE' ? '; raise the limit with -L' : '';
    const cpus = error.code === 'EINVAL' && options.workerCpus.length > 0 ? '; see --worker-cpus' : limit;
    const ours = error.syscall === WORKERS;
    const advice = options.io === IO.shared && !ours ? sharedAdvice(error) : cpus;
    const step = ours ? '' : `${error.syscall}: `;
    throw new ConfigError(`can't start the relay workers: ${step}${strerror(error)}${advice}`);
  }
}
