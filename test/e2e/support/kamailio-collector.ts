import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestScope, temporaryDirectory } from '../../helpers/cleanup.ts';
import { until } from '../../helpers/deadline.ts';
import { type Kamailio, startKamailio } from '../../helpers/kamailio.ts';
import { udpBacklog } from '../../helpers/udp-port.ts';

const ARRIVAL_MS = 10_000;
/** Columns of sipcapture's reports. */
const COLUMNS =
  'id(int,auto) date(time) micro_ts(int) correlation_id(string) source_ip(string) source_port(int) destination_ip(string) ' +
  'destination_port(int) proto(int) family(int) type(int) node(string) msg(string)';
/** Tables of sipcapture, and those of the route. */
const TABLES = { plain: ['rtcp_capture', 'logs_capture'], routed: ['hep_5', 'hep_34', 'hep_35', 'hep_100'] } as const;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };

/** What Kamailio has stored of a packet. */
export interface StoredPacket {
  /** Unix seconds. */
  readonly at: number;
  readonly correlationId: string;
  readonly source: string;
  readonly destination: string;
  /** Name of the node, and the capture id. */
  readonly node: string;
  readonly text: string;
}

/** A Kamailio that stores the HEP packets it gets; `routed`: by a route of its configuration (`test/fixtures/kamailio-hep.cfg`). */
export class KamailioCollector {
  readonly #kamailio: Kamailio;
  readonly #directory: string;

  private constructor(kamailio: Kamailio, directory: string) {
    this.#kamailio = kamailio;
    this.#directory = directory;
  }

  static async start(scope: TestScope, kind: keyof typeof TABLES): Promise<KamailioCollector> {
    const directory = temporaryDirectory(scope);
    writeFileSync(join(directory, 'version'), 'table_name(string) table_version(int)\n');
    for (const table of TABLES[kind]) writeFileSync(join(directory, table), `${COLUMNS}\n`);
    const route = kind === 'routed' ? { HEP_ROUTE: '1' } : {};
    const kamailio = await startKamailio(scope, '', {
      configuration: 'kamailio-hep.cfg',
      silent: true,
      definitions: { HEP_DB: `"text://${directory}"`, ...route },
    });
    return new KamailioCollector(kamailio, directory);
  }

  get port(): number {
    return this.#kamailio.port;
  }

  /** Ends it when it has looked at everything that was sent: only then it writes. */
  async stop(): Promise<void> {
    const { host, port } = this.#kamailio;
    // It takes one packet after the other: when this one has been read, those before it are in the tables.
    const socket = createSocket('udp4');
    socket.send('the end', port, host);
    await once(socket, 'listening');
    await until(() => udpBacklog(host, port) === 0, ARRIVAL_MS, 'an empty queue of Kamailio');
    socket.close();
    await this.#kamailio.stop();
  }

  /** Of a table, after `stop`, in the order of their coming: it writes the last one first. */
  rows(table: string): StoredPacket[] {
    const lines = readFileSync(join(this.#directory, table), 'latin1').split('\n').slice(1, -1);
    assert.ok(lines.length > 0, this.#kamailio.stderr());
    return lines.map(storedPacket).reverse();
  }
}

function storedPacket(line: string): StoredPacket {
  const fields = line.split(/(?<!\\):/).map(unescaped);
  const [, date = '', , correlationId = '', sourceIp, sourcePort, destinationIp, destinationPort] = fields;
  const [node = '', text = ''] = fields.slice(11);
  return {
    at: Number(date),
    correlationId,
    source: `${sourceIp}:${sourcePort}`,
    destination: `${destinationIp}:${destinationPort}`,
    node,
    text,
  };
}

function unescaped(field: string): string {
  return field.replace(/\\([\s\S])/g, (_, character: string) => ESCAPES[character] ?? character);
}
