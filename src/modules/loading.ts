import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { ConfigError } from '../config/config-error.ts';
import type { ModuleRequest, ModuleSetting } from '../config/modules.ts';
import { systemErrorText } from '../log/strerror.ts';
import type { HepOptions } from './acct-rtcp-hep/acct-rtcp-hep.ts';
import { runAs } from './context.ts';
import type { ModuleDefinition, ModuleSettings } from './module.ts';
import { ModuleCode } from './module-code.ts';
import { within } from './patience.ts';
import { thrownText } from './thrown.ts';

/** A module that was found, and what it is to run with. */
export interface LoadedModule {
  readonly definition: ModuleDefinition;
  readonly settings: ModuleSettings;
}

/** Options of modules that come with the daemon. */
export interface BuiltInOptions {
  readonly hep: HepOptions;
}

/** Those that come with the daemon, each loaded only when it is asked for. */
const BUILT_IN: Readonly<Record<string, (options: BuiltInOptions) => Promise<ModuleDefinition>>> = {
  acct_csv: async () => (await import('./acct-csv/acct-csv.ts')).default,
  acct_rtcp_hep: async ({ hep }) => {
    const { acctRtcpHep } = await import('./acct-rtcp-hep/acct-rtcp-hep.ts');
    return acctRtcpHep(hep);
  },
  catch_dtmf: async () => (await import('./catch-dtmf/catch-dtmf.ts')).default,
};
/** Modules of the C daemon that have nothing in their place here. */
const ABSENT: readonly string[] = ['dtls_gw', 'ice_lite'];
/** Numbers below are those of the C daemon's modules. */
const LEAST_FOREIGN_ID = 100;
/** How long the start waits for the code of somebody else, which may wait for something itself, ms. */
const IMPORT_MS = 30_000;

/**
 * Finds the modules, takes in their code and checks their settings, in the given order. Nothing is started.
 * @throws ConfigError
 */
export async function loadModules(
  requests: readonly ModuleRequest[],
  options: BuiltInOptions,
): Promise<LoadedModule[]> {
  const loaded: LoadedModule[] = [];
  for (const request of requests) {
    try {
      const found = await load(request, options);
      // Instances of a module have their definition in common.
      const known = loaded.find(({ definition: { name } }) => name === found.definition.name && isBuiltIn(name));
      loaded.push({ ...found, definition: known?.definition ?? found.definition });
    } catch (error) {
      throw error instanceof ConfigError ? inPlace(request, error) : error;
    }
  }
  checkIds(loaded);
  return loaded;
}

/** What is wrong with a section ends the start in the words of the C daemon. */
function inPlace(request: ModuleRequest, { message, consequences }: ConfigError): ConfigError {
  if (request.by !== 'section') return new ConfigError(message, consequences);
  const ends = ['parse_modules() failed', 'rtpp_cfile_process() failed'];
  return new ConfigError(`${request.place}: ${message}`, [...consequences, ...ends]);
}

async function load(request: ModuleRequest, options: BuiltInOptions): Promise<LoadedModule> {
  const definition = await definitionOf(request, options);
  const { name, needsSettings = false } = definition;
  if (request.by !== 'section') {
    if (needsSettings) {
      // The misspelling is part of what operators look for.
      const reason = 'dymanic module requires configuration, cannot be loaded via --dso option';
      throw new ConfigError(`${request.what}: ${reason} or --module; see modules { } of the configuration file`);
    }
    return { definition, settings: new Map() };
  }
  const known = definition.settings ?? [];
  const settings = new Map<string, ModuleSetting>();
  for (const setting of request.settings) {
    const key = setting.key.toLowerCase();
    if (!known.includes(key)) throw issue(`Unknown key '${setting.key}' in section '${name}'`, request.section);
    if (!settings.has(key)) settings.set(key, setting);
  }
  try {
    definition.check?.(settings);
  } catch (error) {
    throw issue(thrownText(error), request.section);
  }
  return { definition, settings };
}

function issue(text: string, section: string): ConfigError {
  return new ConfigError(text, [`Config parsing issue in section ${section}`]);
}

async function definitionOf(request: ModuleRequest, options: BuiltInOptions): Promise<ModuleDefinition> {
  const { what } = request;
  const name = builtInName(what);
  const builtIn = name === undefined ? undefined : BUILT_IN[name];
  if (builtIn !== undefined) return builtIn(options);
  if (name !== undefined) throw new ConfigError(`module ${name} is not supported by this version`);
  if (request.by === 'section' && !request.named) throw new ConfigError(unknownText(request.section));
  return foreignModule(request);
}

function unknownText(name: string): string {
  const names = [...Object.keys(BUILT_IN)].join(', ');
  return `unknown module ${name}; there are ${names}, and with load = "PACKAGE" or "PATH" those of others`;
}

/** The module of the C daemon that is meant, by its name or by the base name of its file, which need not exist. */
function builtInName(what: string): string | undefined {
  const [direct, linked] = [nameIn(what), nameIn(realPath(what) ?? '')];
  return direct ?? linked;
}

function nameIn(what: string): string | undefined {
  const name = /^rtpp_(.*?)(?:_debug)?\.so$/.exec(path.basename(what))?.[1] ?? what;
  return isBuiltIn(name) || ABSENT.includes(name) ? name : undefined;
}

function isBuiltIn(name: string): boolean {
  return Object.hasOwn(BUILT_IN, name);
}

function realPathOf(file: string): string {
  // Node takes no name for that of the working directory, the C library for that of nothing.
  if (file === '') throw new Error('No such file or directory');
  return realpathSync(file);
}

function realPath(file: string): string | undefined {
  try {
    return realPathOf(file);
  } catch {
    return undefined;
  }
}

/** The module of somebody else: a path, or the name of a package. */
async function foreignModule(request: ModuleRequest): Promise<ModuleDefinition> {
  const { what } = request;
  const isPath = request.by === 'dso' || /^\.{0,2}\/|^\.{1,2}$|^$|\.so$/.test(what);
  const code = new ModuleCode();
  const imported = runAs(code, () => (isPath ? importFile(request) : importPackage(request)));
  try {
    const definition = checkedDefinition(await within(IMPORT_MS, imported));
    code.defines(definition);
    return definition;
  } catch (error) {
    throw error instanceof ConfigError ? error : brokenModule(request, error);
  }
}

async function importFile(request: ModuleRequest): Promise<unknown> {
  const { what } = request;
  let file: string;
  try {
    file = realPathOf(what);
  } catch (error) {
    const call = request.by === 'section' ? 'realpath() failed' : 'realpath';
    throw new ConfigError(`${call}: ${what}: ${systemErrorText(error)}`);
  }
  if (file.endsWith('.so')) {
    throw new ConfigError(`can't load module ${what}: shared objects of the C daemon do not work here`);
  }
  try {
    // A folder stands for what its package.json says.
    return await import(pathToFileURL(createRequire(file).resolve(file)).href);
  } catch (error) {
    throw brokenModule(request, error);
  }
}

/**
 * As Node finds packages for a program in the working directory; if there is none, for the daemon itself, so that a package may
 * be installed beside it.
 */
async function importPackage(request: ModuleRequest): Promise<unknown> {
  const { what } = request;
  try {
    return await importFrom(what, path.join(process.cwd(), 'rtpproxy'));
  } catch (error) {
    if (!isAbsence(error, what)) throw brokenModule(request, error);
  }
  try {
    return await import(what);
  } catch (error) {
    throw isAbsence(error, what) ? new ConfigError(unknownText(what)) : brokenModule(request, error);
  }
}

/** `import(name)` as a file of that path would do it. */
function importFrom(name: string, filename: string): Promise<unknown> {
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const imports: unknown = new vm.Script('(name) => import(name)', {
    filename,
    importModuleDynamically,
  }).runInThisContext();
  if (typeof imports !== 'function') throw new TypeError('no function');
  return imports(name);
}

/** The package is not there, and not one that it needs. */
function isAbsence(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${name}'`);
}

function brokenModule({ what }: ModuleRequest, error: unknown): ConfigError {
  return new ConfigError(`can't load module ${what}: ${thrownText(error)}`);
}

/** What another package exports. @throws Error: it is no module */
function checkedDefinition(exported: unknown): ModuleDefinition {
  const definition: unknown = property(exported, 'default');
  const fault = definitionFault(definition);
  if (fault !== undefined) throw new Error(fault);
  return definition as ModuleDefinition;
}

function definitionFault(definition: unknown): string | undefined {
  if (typeof definition !== 'object' || definition === null) return 'it has no default export that is a module';
  const [name, id, create, check, settings] = ['name', 'id', 'create', 'check', 'settings'].map((key) =>
    property(definition, key),
  );
  if (typeof name !== 'string' || !/^\w[\w-]{0,63}$/.test(name)) return 'its name is none';
  if (isBuiltIn(name) || ABSENT.includes(name)) return `its name ${name} is that of another module`;
  if (!Number.isSafeInteger(id) || Number(id) < LEAST_FOREIGN_ID)
    return `its id is no number from ${LEAST_FOREIGN_ID} on`;
  if (!['function', 'undefined'].includes(typeof check)) return 'its "check" is no function';
  if (settings !== undefined && !isTextList(settings)) return 'its "settings" are no list of names';
  return typeof create === 'function' ? undefined : 'it has no function "create"';
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function property(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null && key in of ? (of as Record<string, unknown>)[key] : undefined;
}

/** Sub-commands name a module by its number, metrics by its name. */
function checkIds(loaded: readonly LoadedModule[]): void {
  for (const { definition } of loaded) {
    const same = loaded.find(({ definition: other }) => sameness(definition, other));
    if (same === undefined) continue;
    const { name, id } = same.definition;
    throw new ConfigError(
      `modules ${definition.name} (${definition.id}) and ${name} (${id}) have a name or a number in common`,
    );
  }
}

function sameness(one: ModuleDefinition, other: ModuleDefinition): boolean {
  return one !== other && (one.id === other.id || one.name === other.name);
}
