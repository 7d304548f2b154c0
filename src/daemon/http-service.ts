import { parseBlocks } from '../config/block-list.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { allowedBy } from '../config/control-sockets.ts';
import type { HttpAddress } from '../config/http-address.ts';
import { readSecret } from '../config/secret-file.ts';
import { ControlSocketError } from '../control/errors.ts';
import { applyAccess, bindClosed } from '../control/socket-access.ts';
import { bindErrorCode, closeKeepingForeign, fileAt, makeRoom, type SocketFile } from '../control/unix-path.ts';
import { HttpEndpoint } from '../http/endpoint.ts';
import { readPageFiles } from '../http/page-files.ts';
import type { Shown } from '../http/routes.ts';
import { MIN_TOKEN, Token } from '../http/token.ts';
import type { Logger } from '../log/log.ts';
import { systemErrorTextOf } from '../log/strerror.ts';
import type { DaemonFigures } from '../metrics/daemon-figures.ts';
import { PrometheusMetrics } from '../metrics/prometheus.ts';
import { socketAccess } from './control.ts';

// Loaded only with `--http`.

const WHERE = 'http';
const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1'];
const PAGE = new URL('../page/', import.meta.url);
const TOKEN = new RegExp(`^[!-~]{${MIN_TOKEN},512}$`);

/** What the endpoint of a daemon shows. */
export interface HttpParts extends Pick<Shown, 'calls' | 'health'> {
  figures(): DaemonFigures;
}

/** The open endpoint of `--http`. */
export class HttpService {
  readonly #endpoint: HttpEndpoint;
  readonly #address: HttpAddress;
  readonly #metrics: PrometheusMetrics;
  #file: SocketFile | undefined;
  #closed: Promise<void> | undefined;

  private constructor(endpoint: HttpEndpoint, address: HttpAddress, metrics: PrometheusMetrics) {
    this.#endpoint = endpoint;
    this.#address = address;
    this.#metrics = metrics;
  }

  /**
   * Opens it, with the rights that the daemon has at its start.
   * @throws ConfigError
   */
  static async open(config: Config, address: HttpAddress, parts: HttpParts, logger: Logger): Promise<HttpService> {
    const token = config.httpTokenFile === undefined ? undefined : readToken(config.httpTokenFile, address, logger);
    const allowed = config.httpAllow.length > 0 ? config.httpAllow : LOOPBACK;
    const access = { tcp: address.kind === 'tcp', allows: allowedBy(parseBlocks(allowed)), token };
    const { calls, health } = parts;
    const metrics = new PrometheusMetrics(() => parts.figures());
    const endpoint = new HttpEndpoint({ calls, health, metrics, page: readPageFiles(PAGE) }, access, logger);
    const service = new HttpService(endpoint, address, metrics);
    await service.#listen(config);
    for (const line of advice(config, address)) logger.log('WARN', WHERE, line);
    logger.log('INFO', WHERE, `calls and metrics are shown at ${service.#shownAt}`);
    return service;
  }

  /** It no longer listens when this returns, and a Unix socket is removed; the promise is for the connections. */
  close(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed;
    this.#metrics.close();
    let closed: Promise<void> | undefined;
    const close = (): void => {
      closed = this.#endpoint.close();
    };
    if (this.#address.kind === 'unix') closeKeepingForeign(this.#address.path, this.#file, close);
    else close();
    this.#closed = closed ?? Promise.resolve();
    return this.#closed;
  }

  get #shownAt(): string {
    if (this.#address.kind === 'unix') return this.#address.text;
    const { host } = this.#address;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#endpoint.port}/`;
  }

  async #listen(config: Config): Promise<void> {
    const address = this.#address;
    try {
      if (address.kind === 'tcp') {
        const { host, port } = address;
        await this.#endpoint.listen({ host, port, ipv6Only: host.includes(':') });
        return;
      }
      const access = socketAccess(config);
      await makeRoom(address.path);
      await bindClosed(access, () => this.#endpoint.listen({ path: address.path }));
      this.#file = fileAt(address.path);
      applyAccess(address.path, access);
    } catch (error) {
      await this.close();
      throw listenFailure(error, address);
    }
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: '; another program listens there (ss -ltnp, ss -lxp)',
  EADDRNOTAVAIL: '; the address is none of this host',
  ENOTDIR: '; its folder does not exist',
  ENOENT: '; its folder does not exist',
};

function listenFailure(error: unknown, address: HttpAddress): ConfigError {
  if (error instanceof ControlSocketError) return new ConfigError(`--http: ${error.message}`);
  const code = bindErrorCode(error, address.kind === 'unix' ? address.path : '/');
  return new ConfigError(`--http ${address.text}: ${systemErrorTextOf(code)}${REMEDIES[code] ?? ''}`);
}

function readToken(file: string, address: HttpAddress, logger: Logger): Token {
  const token = readSecret('--http-token-file', file, 'token', (text) => logger.log('WARN', WHERE, text));
  if (!TOKEN.test(token)) {
    throw new ConfigError(
      `--http-token-file ${file}: the first line has to be a token of ${MIN_TOKEN} to 512 characters without blanks, such as openssl rand -hex 32 makes`,
    );
  }
  return new Token(token, address.kind === 'tcp' ? address.port : 0);
}

/** What an operator should know about who can use it. */
function advice(config: Config, address: HttpAddress): string[] {
  if (address.kind === 'unix') return [];
  const { httpAllow, httpTokenFile } = config;
  const local = address.host === '::1' || address.host.startsWith('127.');
  if (!local && httpAllow.length === 0) {
    return [`${address.text}: only this host may use it; --http-allow names others`];
  }
  if (httpAllow.length > 0 && httpTokenFile === undefined) {
    return [
      `${address.text}: whoever is at an address of --http-allow sees all calls; --http-token-file asks for a token`,
    ];
  }
  return [];
}
