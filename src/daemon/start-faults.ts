import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { isLocalAddress } from '../addon/host.ts';
import type { Config } from '../config/config.ts';
import { strerror } from '../log/strerror.ts';

/**
 * What is wrong around the daemon but keeps it from nothing yet, a line each: the C daemon looks for neither addresses nor
 * directories at start, so that both only show with the first call. Asked as the user that the daemon runs as.
 */
export function startFaults(config: Config): string[] {
  return [
    ...addressFaults(config),
    ...directoryFaults(config),
    ...recordFaults(config),
    ...programFaults(config),
    ...socketFaults(config),
  ];
}

function addressFaults({ listen }: Config): string[] {
  const foreign = listen.filter(({ host }) => !isLocalAddress(host));
  return foreign.map(
    ({ host }) =>
      `listen address ${host} does not belong to this host: sessions on it will be refused (E72); check -l and -6`,
  );
}

function directoryFaults({ recordDirectory, spoolDirectory }: Config): string[] {
  const lines: string[] = [];
  for (const [option, directory] of [
    ['-r', recordDirectory],
    ['-S', spoolDirectory],
  ] as const) {
    const fault = directory === undefined ? undefined : directoryFault(directory);
    if (fault !== undefined) lines.push(`${option}: nothing can be recorded in ${directory}: ${fault}`);
  }
  return lines;
}

function recordFaults({ callRecords: target }: Config): string[] {
  if (target === undefined || !path.isAbsolute(target)) return [];
  const fault = existsSync(target) ? fileFault(target) : directoryFault(path.dirname(target));
  return fault === undefined ? [] : [`--call-records: nothing can be written to ${target}: ${fault}`];
}

function programFaults({ recordingDone }: Config): string[] {
  const program = recordingDone?.command[0];
  const fault = program === undefined ? undefined : programFault(program);
  return fault === undefined ? [] : [`--recording-done: ${program} cannot be run: ${fault}`];
}

/** An unknown word before a colon makes the whole a path, as with the C daemon, but was hardly meant so. */
function socketFaults({ controls, notifyTargets }: Config): string[] {
  const faults = (option: string, texts: readonly string[], kinds: RegExp): string[] => {
    const unknown = texts.filter((text) => /^\w+:/.test(text) && !kinds.test(text));
    return unknown.map(
      (text) => `${option}: ${text} is taken for the path of a Unix socket, as no kind of socket begins so`,
    );
  };
  return [
    ...faults('-s', controls, /^(c?unix|(udp|tcp)6?|stdioc?|systemd):/),
    ...faults('-n', notifyTargets, /^(unix|tcp):/),
  ];
}

function fileFault(file: string): string | undefined {
  return statSync(file).isDirectory() ? 'Is a directory' : accessFault(file, constants.W_OK);
}

function programFault(file: string): string | undefined {
  try {
    if (!statSync(file).isFile()) return 'not a regular file';
  } catch (error) {
    return strerror(error);
  }
  return accessFault(file, constants.X_OK);
}

function directoryFault(directory: string): string | undefined {
  try {
    if (!statSync(directory).isDirectory()) return 'Not a directory';
  } catch (error) {
    return strerror(error);
  }
  return accessFault(directory, constants.W_OK | constants.X_OK);
}

function accessFault(file: string, rights: number): string | undefined {
  try {
    accessSync(file, rights);
    return undefined;
  } catch (error) {
    return strerror(error);
  }
}
