import { realpathSync } from 'node:fs';
import path from 'node:path';
import { systemErrorText } from '../log/strerror.ts';
import { ConfigError } from './config-error.ts';

/** The modules of the C daemon (cli.md 6.2). */
const MODULES = ['acct_csv', 'acct_rtcp_hep', 'catch_dtmf', 'dtls_gw', 'ice_lite'];

/**
 * `--dso`: a shared object of the C daemon cannot be loaded here, and this version has no code in its place.
 * @throws ConfigError
 */
export function refuseModule(file: string): never {
  const name = /^rtpp_(.*?)(?:_debug)?\.so$/.exec(path.basename(file))?.[1];
  if (name !== undefined && MODULES.includes(name)) throw new ConfigError(absence(name));
  try {
    realpathSync(file);
  } catch (error) {
    throw new ConfigError(`realpath: ${file}: ${systemErrorText(error)}`);
  }
  throw new ConfigError(`can't load module ${file}: shared objects of the C daemon do not work here`);
}

/** Why a module of a configuration file is refused. */
export function absence(name: string): string {
  return MODULES.includes(name)
    ? `module ${name} is not supported by this version`
    : `unknown module ${name}; the C daemon has ${MODULES.join(', ')}`;
}
