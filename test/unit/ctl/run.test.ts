import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Token } from '../../../src/http/token.ts';
import { atEnd, temporaryDirectory } from '../../helpers/cleanup.ts';
import { callView, legView } from '../../helpers/fake-calls.ts';
import { startEndpoint } from '../../helpers/http-endpoint.ts';
import { freeTcpPort } from '../../helpers/tcp-port.ts';
import { CtlRig, ExplainedCalls, type Outcome } from './ctl-rig.ts';

// `rtpp-ctl` as a whole, against the endpoint of the daemon with calls that are made up.

const HOSTILE = 'x\x1b]0;owned\x07\n\x9b2J<b>';
const SILENT = { received_packets: 0, first_packet_at: null, last_packet_at: null, since_last_packet_s: null } as const;

interface Scene {
  readonly calls: ExplainedCalls;
  ctl(...args: readonly string[]): Promise<Outcome>;
}

async function setTheScene(t: TestContext, count = 2): Promise<Scene> {
  const calls = new ExplainedCalls(count);
  const { endpoint } = await startEndpoint(t, { calls });
  const env = { RTPP_HTTP: `127.0.0.1:${endpoint.port}` };
  return { calls, ctl: (...args) => new CtlRig().run(args, env) };
}

test('calls: a table, and one object a line', async (t) => {
  const { calls, ctl } = await setTheScene(t);
  calls.change(callView('2', { caller: legView({ loss_percent: 2, mos_lq: 3.99, ignored_packets: 7 }) }));
  const { code, out, err } = await ctl('calls');
  assert.deepEqual([code, err], [0, '']);
  const [head, first, second] = out.split('\n').map((line) => line.split(/ +/));
  assert.deepEqual(head?.slice(0, 4), ['ID', 'AGE', 'STATE', 'LOSS%']);
  assert.deepEqual(first?.slice(0, 3), ['1', '11s', 'loop']);
  assert.deepEqual(first?.slice(-4), ['198.51.100.7:4000', '198.51.100.7:4000', '0', 'call-1']);
  assert.deepEqual(second?.slice(3, 9), ['2.0/0.0', '3.99/4.41', '50/50', '0.5/0.5', '7', 'PCMU']);
  const json = await ctl('calls', '--json', '--sort=loss');
  const objects = json.out.split('\n').filter((line) => line !== '');
  assert.deepEqual(
    objects.map((line) => JSON.parse(line).id),
    ['2', '1'],
  );
});

test('calls: filters go to the daemon, and all pages are read', async (t) => {
  const { calls, ctl } = await setTheScene(t, 1201);
  const { out } = await ctl(
    'calls',
    '--json',
    '--call-id',
    'caf\u00e9',
    '--address=192.0.2.',
    '--max-mos',
    '3.5',
    '--min-loss=2',
  );
  assert.equal(out.split('\n').length, 1202);
  const filter = { callId: 'caf\xc3\xa9', address: '192.0.2.', maxMos: 3.5, minLoss: 2 };
  assert.deepEqual(calls.asked, { filter, limit: 500, cursor: '1000' });
});

test('no calls are told as that', async (t) => {
  const { ctl } = await setTheScene(t, 0);
  assert.deepEqual(await ctl('calls'), { code: 0, out: 'There are no such calls.\n', err: '' });
  assert.deepEqual(await ctl('calls', '--json'), { code: 0, out: '', err: '' });
});

test('explain: exit code 0 for a healthy call, 1 with a problem, 2 without a call', async (t) => {
  const { calls, ctl } = await setTheScene(t);
  // Both legs of the made-up call have one address; the addresses of a call differ.
  calls.change(
    callView('1', { caller: legView({ remote_address: '192.0.2.9:4000', signalled_address: '192.0.2.9:4000' }) }),
  );
  assert.deepEqual(await ctl('explain', '1'), { code: 0, out: 'call-1 (id 1, media 0): healthy\n', err: '' });
  const loop = await ctl('explain', 'call-2');
  assert.equal(loop.code, 1);
  assert.match(
    loop.out,
    /^call-2 \(id 2, media 0\): 1 problem\n {2}PROBLEM loop: Both legs send to 198\.51\.100\.7:4000/,
  );
  assert.match(loop.out, /^ {4}to do: The controller/m);
  assert.match(loop.out, /^ {4}caller\.remote_address=198\.51\.100\.7:4000 /m);
  const object = JSON.parse((await ctl('explain', '2', '-j')).out);
  assert.deepEqual([object.id, object.healthy, object.findings[0].rule], ['2', false, 'loop']);
  const none = await ctl('explain', HOSTILE);
  assert.deepEqual([none.code, none.out], [2, '']);
  assert.match(
    none.err,
    /^rtpp-ctl: there is no call x\\x1b\]0;owned\\x07\\n\xc2\\x9b2J<b>; "rtpp-ctl calls" lists them/,
  );
});

test('a Call-ID of several media means all of them', async (t) => {
  const { calls, ctl } = await setTheScene(t);
  const fine = legView({ remote_address: '192.0.2.9:4000', signalled_address: '192.0.2.9:4000' });
  calls.change(callView('3', { call_id: 'av', media: '1', caller: fine }));
  calls.change(callView('4', { call_id: 'av', media: '2', caller: fine, callee: legView(SILENT) }));
  const { code, out } = await ctl('explain', 'av');
  assert.equal(code, 1);
  assert.match(out, /^av \(id 3, media 1\): healthy\nav \(id 4, media 2\): 1 problem\n {2}PROBLEM no-packets/);
  assert.equal((await ctl('show', 'av')).out.match(/^Call-ID {3}av$/gm)?.length, 2);
});

test('show: both legs side by side, the last slices and the findings', async (t) => {
  const { ctl } = await setTheScene(t);
  const { code, out } = await ctl('show', '1');
  assert.equal(code, 0);
  assert.match(out, /^from-tag {2}from, media 0, id 1$/m);
  assert.match(out, /^media goes to +198\.51\.100\.7:4000 +198\.51\.100\.7:4000$/m);
  assert.match(out, /^lost +0 of 500 \(0\.0 %\) in 0 runs /m);
  assert.match(out, /^2026-01-01T00:00:05\.000Z +250\/250 +3\/3 +1\/1 +0\.7\/0\.7 +4\.20\/4\.20$/m);
  assert.match(out, /PROBLEM loop/);
  assert.equal(JSON.parse((await ctl('show', '1', '--json')).out).call.call_id, 'call-1');
});

test('nothing of a call steers the terminal', async (t) => {
  const { calls, ctl } = await setTheScene(t, 0);
  calls.change(
    callView('9', { call_id: HOSTILE, from_tag: HOSTILE, media: HOSTILE, caller: legView({ codec: HOSTILE }) }),
  );
  const commands = [['calls'], ['show', '9'], ['explain', '9'], ['top']];
  for (const command of [...commands, ...commands.map((words) => [...words, '--json'])]) {
    const { out } = await ctl(...command);
    assert.match(out, /owned/);
    assert.doesNotMatch(out, /[^\x20-\x7e\n]/, command.join(' '));
  }
});

test('top without a terminal prints once, the worst first', async (t) => {
  const { calls, ctl } = await setTheScene(t);
  calls.change(callView('2', { callee: legView({ loss_percent: 2 }) }));
  const { code, out } = await ctl('top');
  assert.equal(code, 0);
  const lines = out.split('\n');
  assert.match(lines[0] ?? '', /^rtpproxy 0\.0\.0: 2 calls, 0 packets\/s, workers 0 %, event loop lag 0\.0 ms$/);
  assert.deepEqual(
    lines.slice(2, 4).map((line) => line.split(' ')[0]),
    ['2', '1'],
  );
});

test('watch follows a call until it ends', async (t) => {
  const calls = new ExplainedCalls(2);
  const { endpoint } = await startEndpoint(t, { calls });
  const env = { RTPP_HTTP: `127.0.0.1:${endpoint.port}` };
  const rig = new CtlRig();
  const moved = callView('1', { caller: legView({ remote_address: '192.0.2.9:4000' }) });
  rig.onOut = (text) => (text.includes('no more: loop') ? calls.end('1') : calls.change(moved));
  const { code, out } = await rig.run(['watch', '1', '--interval', '0.2'], env);
  assert.equal(code, 0);
  assert.match(
    out,
    /^\d\d:\d\d:\d\d {2};0 11s {2}caller 198\.51\.100\.7:4000 500 packets 50\/s loss 0\.0 % MOS 4\.41 {2}\| {2}callee /,
  );
  assert.equal(out.match(/PROBLEM loop/g)?.length, 1);
  assert.match(out, /^ {2}no more: loop\n/m);
  assert.match(out, /^\d\d:\d\d:\d\d {2}call-1 ;0 {2}ended\n$/m);
  assert.equal((await new CtlRig().run(['watch', 'nobody'], env)).code, 2);
});

test('who interrupts a watch ends it well', async (t) => {
  const { endpoint } = await startEndpoint(t, { calls: new ExplainedCalls(1) });
  const rig = new CtlRig();
  rig.onOut = () => rig.end.abort();
  const { code, out } = await rig.run(['watch', '1', '-u', `http://127.0.0.1:${endpoint.port}/`, '-j']);
  assert.deepEqual([code, JSON.parse(out).call.id], [0, '1']);
});

test('a token is read from the file that is named', async (t) => {
  const file = join(temporaryDirectory(t), 'token');
  writeFileSync(file, 'a-secret-of-32-characters-at-least\nno more\n', { mode: 0o600 });
  const { endpoint } = await startEndpoint(
    t,
    { calls: new ExplainedCalls(1) },
    { token: new Token('a-secret-of-32-characters-at-least', 0) },
  );
  const url = `127.0.0.1:${endpoint.port}`;
  const without = await new CtlRig().run(['calls', '-u', url]);
  assert.equal(without.code, 3);
  assert.match(
    without.err,
    /^rtpp-ctl: http:\/\/127\.0\.0\.1:\d+: 401 .*: give the file of --http-token-file with --token-file/,
  );
  assert.equal((await new CtlRig().run(['calls', '-u', url, '-t', file])).code, 0);
  assert.equal((await new CtlRig().run(['calls', '-u', url], { RTPP_HTTP_TOKEN_FILE: file })).code, 0);
  const missing = await new CtlRig().run(['calls', '-u', url, '-t', `${file}.none`]);
  assert.equal(missing.code, 3);
  assert.match(missing.err, /^rtpp-ctl: cannot read the token: ENOENT/);
});

test('an endpoint that is not there: exit code 3, and what to do', async (t) => {
  const path = join(temporaryDirectory(t), 'http.sock');
  const port = await freeTcpPort('127.0.0.1');
  const cases: readonly [string, RegExp][] = [
    [
      `127.0.0.1:${port}`,
      /^rtpp-ctl: http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*: nobody listens there; does rtpproxy run/,
    ],
    [
      `unix:${path}`,
      /^rtpp-ctl: unix:\/.*ENOENT.*: no socket is there; does rtpproxy run, and with this path in --http\?/,
    ],
  ];
  for (const [url, message] of cases) {
    for (const command of [['calls'], ['top'], ['explain', 'x'], ['watch', 'x']]) {
      const { code, out, err } = await new CtlRig().run([...command, '--url', url]);
      assert.deepEqual([code, out], [3, '']);
      assert.match(err, message);
    }
  }
});

/** Another program that speaks HTTP. */
async function stranger(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('another program at that address: exit code 3', async (t) => {
  const answers: readonly [RequestListener, RegExp][] = [
    [(_, response) => response.end('<html>'), /no answer of rtpproxy, but "<html>"/],
    [(_, response) => response.end('{"calls":5}'), /answers something else than expected/],
    [
      (_, response) => response.writeHead(404).end('Not \x1b[2J here\nmore'),
      /404 Not \\x1b\[2J here: is it the endpoint of rtpproxy/,
    ],
    [(_, response) => response.destroy(), /the other end closed the connection/],
    [
      (_, response) => response.writeHead(200, { 'content-length': 10 }).end('{', () => response.destroy()),
      /closed the connection|aborted/,
    ],
  ];
  for (const [listener, message] of answers) {
    const { code, err } = await new CtlRig().run(['calls'], { RTPP_HTTP: await stranger(t, listener) });
    assert.equal(code, 3, err);
    assert.match(err, message);
  }
});

test('a wrong command line: exit code 4, before anybody is asked', async () => {
  const { code, out, err } = await new CtlRig().run(['explode']);
  assert.deepEqual([code, out], [4, '']);
  assert.match(err, /^rtpp-ctl: no such command: explode\nTry "rtpp-ctl --help"\.\n$/);
  const help = await new CtlRig().run(['--help']);
  assert.deepEqual([help.code, help.err], [0, '']);
  assert.match(help.out, /^usage: rtpp-ctl /);
});
