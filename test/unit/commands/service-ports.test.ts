import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { servicePorts } from '../../../src/commands/service-ports.ts';

const FILE = `# Network services
domain\t\t53/tcp
domain\t\t53/udp
tftp   69/udp  trivial # a comment
sip\t\t5060/tcp\t\t\t# Session Initiation Protocol
sip\t\t5060/udp
sip\t\t5070/udp
echo 7/ddp
  padded 9/udp
#hidden 1/udp
half
broken x/udp
`;

function file(t: TestContext, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rtpproxy-services-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const name = path.join(folder, 'services');
  writeFileSync(name, text, 'latin1');
  return name;
}

test('UDP services are known by name and alias, the first entry counts', (t) => {
  const port = servicePorts(file(t, FILE));
  const expected = { domain: 53, tftp: 69, trivial: 69, sip: 5060, padded: 9 };
  for (const [name, number] of Object.entries(expected)) assert.equal(port(name), number, name);
  for (const name of ['echo', 'hidden', '#hidden', 'half', 'broken', 'SIP', '', 'a', '#', 'constructor']) {
    assert.equal(port(name), undefined, name);
  }
});

test('the file is read at the first question, once', (t) => {
  const name = file(t, 'one 1/udp\n');
  const port = servicePorts(name);
  writeFileSync(name, 'two 2/udp\n');
  assert.equal(port('two'), 2);
  writeFileSync(name, 'three 3/udp\n');
  assert.equal(port('three'), undefined);
});

test('a system without the file knows no names', () => {
  assert.equal(servicePorts('/nonexistent/services')('sip'), undefined);
});
