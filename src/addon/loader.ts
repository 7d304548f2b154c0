import path from 'node:path';
import { fileURLToPath } from 'node:url';
import bindings from 'bindings';
import { CONTRACT, contractDifferences } from './contract.ts';
import { methodDifferences } from './methods.ts';
import type { NativeModule } from './module-types.ts';
import { OBJECTS } from './objects.ts';

/** The addon could not be loaded; the message says what was tried and what to do. */
export class NativeAddonError extends Error {
  readonly code = 'ERR_NATIVE_ADDON';
}

/** What to do about an addon of another version. */
export const BUILD_AGAIN =
  'Build it again: "npm rebuild rtpproxy-node" where the package was installed, or "npm run build:native" in a checkout.';

/** So many are named: of an addon that is quite another one there are hundreds. */
const TOLD_DIFFERENCES = 8;

const ADDON = 'rtpproxy_native.node';
/** Overrides the search, for sanitizer builds. */
const OVERRIDE = 'RTPPROXY_NATIVE';

const packageRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
/**
 * A build of this machine's own goes before the one that comes with the package. Only the latter's absence goes on to the
 * next place; its C library is named since a musl system has to build its own.
 */
const PLACES = [
  ['module_root', 'build', 'Release', 'bindings'],
  ['module_root', 'prebuilds', `linux-${process.arch}-glibc`, 'bindings'],
];
let loaded: NativeModule | undefined;

/** The addon, loaded at the first call. Throws NativeAddonError when it is missing, broken, or of another version. */
export function loadNative(): NativeModule {
  loaded ??= check(load());
  return loaded;
}

function load(): NativeModule {
  return loadAddon(ADDON, process.env[OVERRIDE]) as NativeModule;
}

/**
 * Loads an addon of this package by its file name, or `override` in its place.
 *
 * @throws NativeAddonError
 */
export function loadAddon(addon: string, override?: string): unknown {
  const options =
    override === undefined
      ? { module_root: packageRoot, try: [...PLACES] }
      : { module_root: packageRoot, try: [[path.resolve(override)]] };
  try {
    return bindings({ bindings: addon, ...options });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const where = override === undefined ? `below ${packageRoot}` : path.resolve(override);
    throw new NativeAddonError(
      `the native addon ${where} cannot be loaded (${reason}; node ${process.version}, ${process.platform}-${process.arch}). ` +
        'Build it with a C++20 compiler, make and python3 installed: "npm rebuild rtpproxy-node" where the package was ' +
        'installed, after "npm approve-scripts rtpproxy-node" if npm blocks install scripts (npm 12), or ' +
        '"npm run build:native" in a checkout.',
    );
  }
}

function check(native: NativeModule): NativeModule {
  const differences = [
    ...methodDifferences(native),
    ...contractDifferences({ ...CONTRACT, ...OBJECTS }, native.contract),
  ];
  if (differences.length > 0) {
    const told = differences.slice(0, TOLD_DIFFERENCES).join('; its ');
    const more = differences.length - TOLD_DIFFERENCES;
    throw new NativeAddonError(
      `the native addon was built from another version. ${BUILD_AGAIN} What differs: its ${told}${more > 0 ? `, and ${more} more` : ''}.`,
    );
  }
  return native;
}
