import { readFileSync } from 'node:fs';
import { Endpoint, EndpointError } from '../ctl/endpoint.ts';
import type { CtlHost } from '../ctl/host.ts';
import { EXIT, runCommand } from '../ctl/run.ts';
import { shown } from '../ctl/text.ts';
import { CTL_USAGE, CtlHelp, CtlUsageError, parseCtlOptions } from './ctl-options.ts';

/** As a shell has it for a command that SIGINT ended. */
const INTERRUPTED = 130;

/** The `rtpp-ctl` command; the exit code. */
export async function runCtl(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  host: CtlHost,
): Promise<number> {
  let follows = false;
  try {
    const { endpoint: target, tokenFile, command, manner } = parseCtlOptions(args, env);
    follows = command.kind === 'watch' || command.kind === 'top';
    const endpoint = new Endpoint(target, readToken(tokenFile));
    try {
      return await runCommand(endpoint, command, manner, host);
    } finally {
      endpoint.close();
    }
  } catch (error) {
    if (host.signal.aborted) return follows ? EXIT.ok : INTERRUPTED;
    return failed(error, host);
  }
}

function failed(error: unknown, host: CtlHost): number {
  if (error instanceof CtlHelp) {
    host.out(CTL_USAGE);
    return EXIT.ok;
  }
  host.err(`rtpp-ctl: ${shown(error instanceof Error ? error.message : String(error))}\n`);
  if (error instanceof EndpointError) return EXIT.unreachable;
  if (!(error instanceof CtlUsageError)) throw error;
  host.err('Try "rtpp-ctl --help".\n');
  return EXIT.usage;
}

function readToken(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'latin1').split('\n', 1)[0]?.trim();
  } catch (error) {
    throw new EndpointError(`cannot read the token: ${error instanceof Error ? error.message : String(error)}`);
  }
}
