import { type Backend, type SocketReuse, WORKERS } from '../addon/backend.ts';
import { BACKENDS, type BackendName, CONSTANTS } from '../addon/contract.ts';
import { Engine, type EngineListener } from '../addon/engine.ts';
import { EngineError } from '../addon/errors.ts';
import type { NativeEngineOptions } from '../addon/types.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { strerror } from '../log/strerror.ts';

/** Starts the relay workers. @throws ConfigError when threads or descriptors cannot be had */
export function startEngine(config: Config, verbose: boolean, listener: EngineListener): Engine {
  try {
    return new Engine(engineOptions(config, verbose), listener);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const limit = error.code === 'EMFILE' ? '; raise the limit with -L' : '';
    const cpus = error.code === 'EINVAL' && config.workerCpus.length > 0 ? '; see --worker-cpus' : limit;
    const ours = error.syscall === WORKERS;
    const rights = config.io === 'auto' || ours ? '' : rightsAdvice(config.io, error);
    const step = ours ? '' : `${error.syscall}: `;
    throw new ConfigError(`can't start the relay workers: ${step}${strerror(error)}${rights || cpus}`);
  }
}

function engineOptions(config: Config, verbose: boolean): NativeEngineOptions {
  const {
    workers,
    workerCpus,
    independentTtl,
    duplicateSmall,
    playTtl,
    batchWindow = CONSTANTS.autoWindow,
    io,
  } = config;
  const guarded = config.latch === 'guarded';
  return { workers, workerCpus, independentTtl, duplicateSmall, playTtl, guarded, verbose, batchWindow, io };
}

/** What a backend that does not work asks for, where that is known. */
function rightsAdvice(io: BackendName, { code }: EngineError): string {
  const rights = BACKENDS[io];
  return code === 'EPERM' && rights !== '' ? `; it needs ${rights}` : '';
}

/** One line says how media packets come in and go out, and why, and what becomes of sockets of ended calls. */
export function backendLine(
  engine: Pick<Engine, 'backend' | 'socketReuse'>,
  { portMin, portMax }: Pick<Config, 'portMin' | 'portMax'>,
): string {
  const { io, refusal } = engine.backend();
  // The highest port is that of RTCP.
  const reuse = reuseText(engine.socketReuse(portMin, portMax + 1));
  return `media packets by the backend "${io}"${refusal === undefined ? '' : refusalText(refusal)}${reuse}`;
}

function refusalText({ io, error }: NonNullable<Backend['refusal']>): string {
  return ` (not ${io}: ${error.syscall}: ${strerror(error)}${rightsAdvice(io, error)})`;
}

/** Nothing where the backend never does that. */
function reuseText({ reuse, first, last }: SocketReuse): string {
  if (reuse === 'backend') return '';
  if (reuse === 'on') return `, sockets are used again for ports ${first}-${last}`;
  const reasons = {
    descriptors: 'few descriptors may be open, see -L',
    kernel: 'the kernel cannot, Linux 6.3 or newer can',
    outside: `no media port is in net.ipv4.ip_local_port_range, ${first}-${last}`,
    reserved: 'net.ipv4.ip_local_reserved_ports has the media ports',
  } as const;
  return `, sockets are not used again: ${reasons[reuse]}`;
}
