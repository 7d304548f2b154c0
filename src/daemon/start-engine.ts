import { WORKERS } from '../addon/backend.ts';
import { IO } from '../addon/backend-types.ts';
import { Engine, type EngineListener } from '../addon/engine.ts';
import { EngineError } from '../addon/errors.ts';
import type { NativeEngineOptions } from '../addon/types.ts';
import { ConfigError } from '../config/config-error.ts';
import { strerror } from '../log/strerror.ts';
import { sharedAdvice } from './backend-line.ts';

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
