import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startVectorDaemon } from '../conformance/daemon.ts';
import { temporaryDirectory } from '../helpers/cleanup.ts';
import { within } from '../helpers/deadline.ts';
import { openPhones, packetsOf, talk } from './support/recorded-call.ts';
import { HOST, setUpCall } from './support/relay.ts';

const REPLY_MS = 5000;
const END_MS = 15_000;
const TALKS = 5;

for (const kind of ['stdio', 'stdioc']) {
  test(`${kind}: at the end of input a call goes on, and is recorded and reported to its end`, async (t) => {
    const top = temporaryDirectory(t);
    const [recordings, spool] = [join(top, 'rec'), join(top, 'spool')];
    for (const directory of [recordings, spool]) mkdirSync(directory);
    const options = ['-l', HOST, '-T', '2', '-W', '2', '-r', recordings, '-S', spool, '-d', 'info'];
    const daemon = await startVectorDaemon(t, top, ['-s', `${kind}:`, ...options]);
    const replies = createInterface(daemon.stdout)[Symbol.asyncIterator]();
    const command = async (text: string): Promise<string> => {
      daemon.stdin.write(`${text}\n`);
      const { value } = await within(replies.next(), REPLY_MS, `reply to ${text}`);
      return `${value}\n`;
    };
    const phones = await openPhones(t);
    const call = { ...phones, ...(await setUpCall({ command }, 'c', phones.caller[0].local, phones.callee[0].local)) };
    assert.equal(await command('R c from to'), '0\n');
    const said: Buffer[] = [];
    const speak = async () => {
      for (let round = 0; round < TALKS; round++) said.push(...(await talk(call)).caller.rtp);
    };
    await speak();
    daemon.stdin.end();
    await speak();
    assert.equal(daemon.exit(), undefined, 'the call holds the daemon');
    assert.deepEqual(await within(daemon.exited, END_MS, 'end of the daemon'), { code: 0, signal: null });

    assert.deepEqual(packetsOf(recordings, 'c=from.o.rtp'), said);
    assert.deepEqual(readdirSync(spool), [], 'what was written there is at its place');
    const log = daemon.log();
    for (const line of ['session timeout', 'is cleaned up', 'deorbiting-burn sequence completed', 'rtpproxy ended']) {
      assert.ok(log.includes(line), `${line}\n${log}`);
    }
  });
}
