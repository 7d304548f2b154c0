/**
 * The configuration is refused. The message is shown after `rtpproxy: ` on one line of stderr, and the process exits
 * with 1 (cli.md 7.2).
 */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG';

  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}
