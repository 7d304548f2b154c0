import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtpproxyClient } from '../../../src/index.ts';
import { fakeUdpServer, openClient } from './fake-servers.ts';

const CALL = { callId: 'c', fromTag: 'f' };
const PEER = { host: '192.0.2.1', port: 4000 };

type Use = (client: RtpproxyClient) => Promise<unknown>;

/** Calls a method with the reply given; returns the command that was sent and what the method made of the reply. */
async function exchange(scope: Parameters<typeof openClient>[0], reply: string, use: Use): Promise<[string, unknown]> {
  let sent = '';
  const server = await fakeUdpServer(scope, (cookie, command, send) => {
    sent = command;
    send(`${cookie} ${reply}\n`);
  });
  const result = await use(openClient(scope, `udp:127.0.0.1:${server.port}`));
  return [sent, result];
}

test('commands are written by the command table', async (t) => {
  const leg = '4002 192.0.2.9';
  const cases: readonly [string, string, Use][] = [
    ['V', '20040107', (client) => client.version()],
    ['VF 20081102', '1', (client) => client.feature('20081102')],
    ['U c 192.0.2.1 4000 f', leg, (client) => client.update({ ...CALL, ...PEER })],
    ['U6 c 2001:db8::1 0 f t', leg, (c) => c.update({ ...CALL, toTag: 't', host: '2001:db8::1', port: 0 })],
    [
      'U6awneiz20c0,8,101l[::1] c ::1 1 f t tcp:h:1 a%20b%25%2B%E9',
      leg,
      (client) =>
        client.update({
          ...{ ...CALL, toTag: 't', host: '::1', port: 1, asymmetric: true, weak: true, newPort: true },
          ...{ sides: ['external', 'internal'], ptime: 20, codecs: [0, 8, 101], local: { address: '::1' } },
          notify: { socket: 'tcp:h:1', tag: 'a b%+é' },
        }),
    ],
    [
      'Ls c 192.0.2.1 4000 f && D && Dw && S ttl=5 && Sr tos=184',
      '0',
      (client) =>
        client.lookup({
          ...{ ...CALL, ...PEER, asymmetric: false },
          sub: [
            { kind: 'delete' },
            { kind: 'delete', weak: true },
            { kind: 'ttl', seconds: 5 },
            { kind: 'tos', value: 184, reverse: true },
          ],
        }),
    ],
    [
      'Ul{lan} c 192.0.2.1 4000 f t && Lr10.0.0.1 192.0.2.1 4000 && C x y z && M3:1 tag 101',
      `${leg} && ${leg}`,
      (client) =>
        client.update({
          ...{ ...CALL, ...PEER, toTag: 't', local: { label: 'lan' } },
          sub: [
            { kind: 'lookup', ...PEER, local: { routeTo: '10.0.0.1' } },
            { kind: 'copy', callId: 'x', fromTag: 'y', toTag: 'z' },
            { kind: 'module', module: 3, instance: 1, arguments: ['tag', '101'] },
          ],
        }),
    ],
    ['D c f', '0', (client) => client.delete(CALL)],
    ['Dw c f t', '0', (client) => client.delete({ ...CALL, toTag: 't', weak: true })],
    ['X', '0', (client) => client.deleteAll()],
    ['P1 c ann 8,0 f', '0', (client) => client.play({ ...CALL, prompt: 'ann', codecs: [8, 0] })],
    ['P-1 c ann session f', '0', (c) => c.play({ ...CALL, prompt: 'ann', codecs: 'session', count: 'endless' })],
    ['S c f', '0', (client) => client.stopPlay(CALL)],
    ['R c f', '0', (client) => client.record(CALL)],
    ['Rs c f', '0', (client) => client.record({ ...CALL, singleFile: true })],
    ['N c f', '0', (client) => client.stopRecord(CALL)],
    ['Na c f', '0', (client) => client.stopRecord({ ...CALL, bothLegs: true })],
    ['Cs c name f', '0', (client) => client.copy({ ...CALL, target: { file: 'name' }, singleFile: true })],
    ['C c udp:h:5 f t', '0', (c) => c.copy({ ...CALL, toTag: 't', target: { host: 'h', port: 5 } })],
    ['Cp c udp:h:5 f', leg, (c) => c.copy({ ...CALL, target: { host: 'h', port: 5 }, reportPort: true })],
    ['Q c f', '60 1 2 3 4', (client) => client.query(CALL)],
    ['Q c f t ttl && D', '60', (c) => c.query({ ...CALL, toTag: 't', sub: [{ kind: 'delete' }] }, ['ttl'])],
    ['G nsess_created pps_in', '1 0.500000', (client) => client.stats(['nsess_created', 'pps_in'])],
    ['G', '', (client) => client.stats([])],
    ['? what  is', 'E0', (client) => client.raw('? what  is \r\n')],
  ];
  for (const [command, reply, use] of cases) assert.equal((await exchange(t, reply, use))[0], command);
});

test('replies have types', async (t) => {
  const leg = { port: 4002, address: '192.0.2.9', family: 4, results: [] };
  const cases: readonly [unknown, string, Use][] = [
    [leg, '4002 192.0.2.9', (client) => client.update({ ...CALL, ...PEER })],
    [undefined, '0', (client) => client.lookup({ ...CALL, ...PEER })],
    [undefined, '0', (client) => client.delete(CALL)],
    [undefined, '0', (client) => client.copy({ ...CALL, target: { file: 'x' } })],
    [
      { values: { ttl: 60, npkts_ina: 1, npkts_ino: 2, nrelayed: 3, ndropped: 4 }, results: [] },
      '60 1 2 3 4',
      (client) => client.query(CALL),
    ],
    [{ nsess_created: 1, pps_in: 0.5 }, '1 0.500000', (client) => client.stats(['nsess_created', 'pps_in'])],
  ];
  for (const [expected, reply, use] of cases) assert.deepEqual((await exchange(t, reply, use))[1], expected);
});

test('refusals and nonsense are errors', async (t) => {
  const fail = (reply: string, use: Use, expected: object): Promise<void> =>
    assert.rejects(exchange(t, reply, use), expected);
  await fail('E50', (c) => c.delete(CALL), {
    name: 'RtpproxyError',
    code: 50,
    reason: 'sessionNotFound',
    command: 'D c f',
  });
  await fail('E72', (c) => c.update({ ...CALL, ...PEER }), { code: 72, reason: 'noPortForSession' });
  await fail('E77', (c) => c.version(), { code: 77, reason: 'unknown' });
  await fail('what', (c) => c.version(), { name: 'RtpproxyReplyError', reply: 'what' });
  await fail('0', (c) => c.update({ ...CALL, ...PEER }), { name: 'RtpproxyReplyError' });
  await fail('1', (c) => c.deleteAll(), { name: 'RtpproxyReplyError' });
});

test('what the protocol cannot carry is refused, and nothing is sent', async (t) => {
  const server = await fakeUdpServer(t, () => undefined);
  const client = openClient(t, `udp:127.0.0.1:${server.port}`, { timeoutMs: 50 });
  const media = { ...CALL, ...PEER };
  const typeErrors: Use[] = [
    ...['', 'a b', 'a\nX', 'a\0', '&&', 'é€'].map(
      (callId): Use =>
        (c) =>
          c.delete({ ...CALL, callId }),
    ),
    (c) => c.delete({ ...CALL, toTag: '' }),
    (c) => c.update({ ...media, host: 'example.org' }),
    (c) => c.update({ ...media, host: 'fe80::1%lo' }),
    (c) => c.update({ ...media, codecs: [] }),
    (c) => c.update({ ...media, local: { label: 'a}b' } }),
    (c) => c.update({ ...media, notify: { socket: 's', tag: '' } }),
    (c) => c.update({ ...media, notify: { socket: 's', tag: '€' } }),
    (c) => c.copy({ ...CALL, target: { file: 'udp:h:1' } }),
    (c) => c.copy({ ...CALL, target: { file: 'x' }, reportPort: true }),
    (c) => c.raw('V\nX'),
    (c) => c.raw('V €'),
    (c) => c.query({ ...CALL, toTag: undefined } as never, ['ttl']),
  ];
  for (const use of typeErrors) await assert.rejects(use(client), TypeError);
  const rangeErrors: Use[] = [
    (c) => c.update({ ...media, port: 65536 }),
    (c) => c.update({ ...media, port: 1.5 }),
    (c) => c.update({ ...media, ptime: 0 }),
    (c) => c.update({ ...media, codecs: [128] }),
    (c) => c.update({ ...media, sub: [{ kind: 'ttl', seconds: 0 }] }),
    (c) => c.play({ ...CALL, prompt: 'p', codecs: [0], count: -1 }),
    (c) => c.raw('x'.repeat(8101)),
    (c) => c.version({ timeoutMs: 0 }),
  ];
  for (const use of rangeErrors) await assert.rejects(use(client), RangeError);
  assert.throws(() => new RtpproxyClient('udp:h:1', { retransmitMs: Number.NaN }), RangeError);
  assert.throws(() => new RtpproxyClient('stdio:'), TypeError);
  assert.deepEqual(server.received, []);
});
