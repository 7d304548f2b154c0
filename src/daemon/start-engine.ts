import { WORKERS } from '../engine/backend.ts';
import { Engine, type EngineListener } from '../engine/engine.ts';
import { EngineError } from '../engine/errors.ts';
import type { NativeEngineOptions } from '../engine/types.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { isLocalAddress } from './local-interfaces.ts';
import type { Logger } from './log.ts';
import { strerror } from './strerror.ts';

const WHERE = 'daemon';

/** @throws ConfigError when threads or descriptors cannot be had */
export function startEngine(options: NativeEngineOptions, listener: EngineListener): Engine {
  try {
    return new Engine(options, listener);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const limit = error.code === 'EMFILE' ? '; raise the limit with -L' : '';
    const advice = error.code === 'EINVAL' && options.workerCpus.length > 0 ? '; see --worker-cpus' : limit;
    const step = error.syscall === WORKERS ? '' : `${error.syscall}: `;
    throw new ConfigError(`can't start the relay workers: ${step}${strerror(error)}${advice}`);
  }
}

/** The C daemon binds nothing at start either, so an address of another host only shows with the first call. */
export function warnAboutAddresses(config: Config, logger: Logger): void {
  for (const { host } of config.listen) {
    if (isLocalAddress(host)) continue;
    const text = `listen address ${host} does not belong to this host: sessions on it will be refused (E72); check -l and -6`;
    logger.log('ERR', WHERE, text);
  }
}
