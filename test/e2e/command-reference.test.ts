import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { udpClient } from '../helpers/control-client.ts';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';

const DOCUMENT = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');

/** Ports are any numbers, but the same port in the document is the same port here. */
function withoutPorts(text: string, ports: Map<string, string>): string {
  return text.replaceAll(/\d{5}(?= 127\.0\.0\.1)/g, (port) => {
    const name = ports.get(port) ?? `port ${ports.size + 1}`;
    ports.set(port, name);
    return name;
  });
}

test('the examples of docs/commands.md are answered like that', async (t) => {
  const example = /^```\n(-> .*?)^```$/ms.exec(DOCUMENT)?.[1] ?? '';
  const exchanges = [...example.matchAll(/^-> (.*)\n<- (.*)\n/gm)];
  assert.ok(exchanges.length > 10);
  const port = await freeUdpPort('127.0.0.1');
  await startDaemon(t, ['-s', `udp:127.0.0.1:${port}`, '-l', '127.0.0.1']);
  const client = udpClient('127.0.0.1', port);
  const written = new Map<string, string>();
  const answered = new Map<string, string>();
  for (const [, command = '', reply = ''] of exchanges) {
    const actual = await client.command(command);
    assert.equal(withoutPorts(actual, answered), `${withoutPorts(reply, written)}\n`, command);
  }
});
