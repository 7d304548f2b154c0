import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Config } from '../config/config.ts';
import { exposures } from '../config/control-sockets.ts';
import type { Logger } from '../log/log.ts';
import { packageVersion } from '../process/package-version.ts';

const STDERR = 2;

/** What listens now, in one line: version, control sockets, addresses and ports of media, backend. */
export function startLine(config: Config, backend: string): string {
  const media = config.listen.map(({ host, advertised }) =>
    advertised === undefined ? host : `${host}=${advertised}`,
  );
  return (
    `rtpproxy ${packageVersion()} listens: control ${config.controls.join(', ')}; media ${media.join(', ')}, ` +
    // The port of the last pair's RTCP.
    `ports ${config.portMin}-${config.portMax + 1}, backend "${backend}"`
  );
}

/**
 * Logs the line at INFO. Who starts the daemon at a terminal sees it at every level, and else would see nothing, not even which
 * control sockets the network reaches.
 */
export function announceStart(config: Config, backend: string, logger: Logger): void {
  const line = startLine(config, backend);
  logger.log('INFO', 'daemon', line);
  if (!config.foreground || logger.enabled('INFO') || !isatty(STDERR)) return;
  const open = logger.enabled('WARN') ? [] : exposures(config);
  try {
    writeSync(STDERR, `${[line, ...open].join('\n')}\n`);
  } catch {
    // A terminal that takes nothing is no reason not to run.
  }
}
