/**
 * The configuration is refused. The message is shown after `rtpproxy: ` on one line of stderr, and the process exits
 * with 1 (cli.md 7.2).
 */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG';
  /** What follows from it in the words of the C daemon, a line each, for who looks for them. */
  readonly consequences: readonly string[];

  constructor(message: string, consequences: readonly string[] = []) {
    super(message);
    this.name = 'ConfigError';
    this.consequences = consequences;
  }
}
