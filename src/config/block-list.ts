import { type AddressBlock, parseAddressBlock } from '../addon/address-block.ts';
import { ConfigError } from './config-error.ts';

/** Entries of a list option: `A,B,C`, each checked. @throws ConfigError that names the option and the wrong entry */
export function blockList(text: string, option: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  for (const entry of entries) {
    if (parseAddressBlock(entry) === undefined) throw new ConfigError(`${entry}: ${option} argument is invalid`);
  }
  return entries;
}

/** The same without ports. */
export function hostList(text: string, option: string): string[] {
  const entries = blockList(text, option);
  for (const entry of entries) {
    const block = parseAddressBlock(entry);
    if (block !== undefined && (block.firstPort > 0 || block.lastPort < 65535)) {
      throw new ConfigError(`${entry}: ${option} argument takes no ports`);
    }
  }
  return entries;
}

/** Blocks of entries that were checked. */
export function parseBlocks(entries: readonly string[]): AddressBlock[] {
  return entries.flatMap((entry) => parseAddressBlock(entry) ?? []);
}
