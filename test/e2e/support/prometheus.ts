import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess } from '../../helpers/child-process.ts';
import { type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';
import { httpRequest } from '../../helpers/http-client.ts';
import { freeTcpPort } from '../../helpers/tcp-port.ts';
import { HOST } from './relay.ts';

const START_MS = 15_000;

/** A series that a query has found, and its value. */
export interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** A Prometheus that scrapes one endpoint each second. */
export class Prometheus {
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  static async start(scope: TestScope, target: { readonly port: number }): Promise<Prometheus> {
    const directory = temporaryDirectory(scope);
    const port = await freeTcpPort(HOST);
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'rtpproxy', static_configs: [{ targets: [`${HOST}:${target.port}`] }] }],
    };
    writeFileSync(join(directory, 'config.yml'), JSON.stringify(config));
    const args = [
      '--config.file=config.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=${HOST}:${port}`,
      '--log.level=error',
    ];
    const process = await startProcess(scope, ['prometheus', ...args], { cwd: directory });
    const ready = () =>
      httpRequest({ host: HOST, port }, '/-/ready').then(
        ({ status }) => status === 200,
        () => false,
      );
    await until(async () => process.exit() !== undefined || (await ready()), START_MS, 'start of Prometheus');
    if (process.exit() !== undefined) throw new Error(`Prometheus ended: ${process.stderr()}`);
    return new Prometheus(port);
  }

  /** What an expression comes to now. */
  async query(expression: string): Promise<readonly Found[]> {
    const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
    const { body } = await httpRequest({ host: HOST, port: this.#port }, path);
    const answer = JSON.parse(body);
    if (answer.status !== 'success') throw new Error(`${expression}: ${body}`);
    return answer.data.result;
  }

  /** The value of an expression with one series; undefined without any. */
  async value(expression: string): Promise<number | undefined> {
    const [found] = await this.query(expression);
    return found && Number(found.value[1]);
  }
}

/** What promtool says against metrics; '' when it has nothing to say. */
export function promtoolComplaints(metrics: string): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error(`promtool: ${error.message}; apt-get install prometheus`);
  return status === 0 ? stdout + stderr : `exit code ${status}: ${stdout}${stderr}`;
}
