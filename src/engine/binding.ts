import path from 'node:path';
import { fileURLToPath } from 'node:url';
import bindings from 'bindings';
import { API_VERSION, EVENT_SIZE, type NativeModule, SESSION_FIELDS, TOTAL_FIELDS } from './types.ts';

/** The addon could not be loaded; the message says what was tried and what to do. */
export class NativeAddonError extends Error {
  readonly code = 'ERR_NATIVE_ADDON';
}

const ADDON = 'rtpproxy_native.node';
/** Overrides the search, for sanitizer builds. */
const OVERRIDE = 'RTPPROXY_NATIVE';

const packageRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
let loaded: NativeModule | undefined;

/** The addon, loaded at the first call. Throws NativeAddonError when it is missing, broken, or of another version. */
export function loadNative(): NativeModule {
  loaded ??= check(load());
  return loaded;
}

function load(): NativeModule {
  const override = process.env[OVERRIDE];
  const options =
    override === undefined
      ? { module_root: packageRoot, try: [['module_root', 'build', 'Release', 'bindings']] }
      : { module_root: packageRoot, try: [[path.resolve(override)]] };
  try {
    return bindings({ bindings: ADDON, ...options }) as NativeModule;
  } catch (error) {
    const where = override ?? path.join(packageRoot, 'build', 'Release', ADDON);
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new NativeAddonError(
      `the native addon ${where} cannot be loaded (${reason}). Build it with a C++20 compiler, make and python3 installed: ` +
        '"npm rebuild rtpproxy-node" where the package was installed, or "npm run build:native" in a checkout ' +
        `(node ${process.version}, ${process.platform}-${process.arch}).`,
    );
  }
}

function check(native: NativeModule): NativeModule {
  const same =
    native.apiVersion === API_VERSION &&
    native.eventSize === EVENT_SIZE &&
    String(native.sessionFields) === String(SESSION_FIELDS) &&
    String(native.totalFields) === String(TOTAL_FIELDS);
  if (!same) {
    throw new NativeAddonError(
      `the native addon was built from another version (its interface is ${native.apiVersion}, wanted is ${API_VERSION}). ` +
        'Build it again: "npm rebuild rtpproxy-node" where the package was installed, or "npm run build:native" in a checkout.',
    );
  }
  return native;
}
