import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { readKeyFile } from '../config/key-file.ts';
import type { ModuleHost, ModuleHostParts } from '../modules/host.ts';
import type { BuiltInOptions } from '../modules/loading.ts';

/** Makes the host of the modules that were loaded. */
export type ModuleHostMaker = (parts: ModuleHostParts) => ModuleHost;

type ModuleConfig = Pick<Config, 'modules' | 'hep'>;

const KEY_OPTION = '--hep-key-file';

/**
 * Takes in the code of the modules that the configuration asks for, in the directory of the start; undefined: it asks for none, and
 * nothing of this is loaded. Warns of a key that every user can read.
 * @throws ConfigError
 */
export async function loadModuleHost(
  config: ModuleConfig,
  warn: (text: string) => void,
): Promise<ModuleHostMaker | undefined> {
  const hepOption = firstHepOption(config);
  if (config.modules.length === 0) {
    if (hepOption !== undefined) throw withoutHep(hepOption);
    return undefined;
  }
  const { loadModules } = await import('../modules/loading.ts');
  const { ModuleHost } = await import('../modules/host.ts');
  const loaded = await loadModules(config.modules, builtInOptions(config, warn));
  if (hepOption !== undefined && loaded.every(({ definition: { name } }) => name !== 'acct_rtcp_hep')) {
    throw withoutHep(hepOption);
  }
  return (parts) => new ModuleHost(loaded, parts);
}

function builtInOptions(
  { hep: { quality, split, keyFile } }: ModuleConfig,
  warn: (text: string) => void,
): BuiltInOptions {
  const key = keyFile === undefined ? undefined : readKeyFile(KEY_OPTION, keyFile, warn);
  return { hep: { quality, split, key } };
}

function firstHepOption({ hep: { quality, split, keyFile } }: ModuleConfig): string | undefined {
  if (quality) return '--hep-quality';
  if (split) return '--hep-split';
  return keyFile === undefined ? undefined : KEY_OPTION;
}

/** An option without effect would make an operator believe in one. */
function withoutHep(option: string): ConfigError {
  return new ConfigError(
    `${option} requires the module acct_rtcp_hep, which has its section in modules { } of --config`,
  );
}
