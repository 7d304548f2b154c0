import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ControlClient, udpClient, unixClient } from '../helpers/control-client.ts';
import { freeUdpPort, startDaemon } from '../helpers/daemon.ts';
import { within } from '../helpers/deadline.ts';
import { startKamailio } from '../helpers/kamailio.ts';
import { RtpPhone } from '../helpers/rtp-phone.ts';
import { CallMatcher, type NegotiatedCall } from '../helpers/sip-calls.ts';
import type { MediaAddress } from '../helpers/sip-trace.ts';
import { startSipp } from '../helpers/sipp.ts';

// Each party has an address of its own, so that an SDP line or a packet shows whose it is.
const DAEMON_HOST = '127.0.0.1';
const CALLER_HOST = '127.0.0.2';
const CALLEE_HOST = '127.0.0.3';

// Below the ports that the kernel chooses for the phones and the proxy.
const FIRST_MEDIA_PORT = 20000;
const LAST_MEDIA_PORT = 24999;

const CALLS = 20;
const CALLS_PER_SECOND = 5;
/** Two seconds of talk, in both directions at once. */
const PACKETS = 100;

/** How the daemon is asked: its `-s` argument (also Kamailio's rtpproxy_sock) and a client of our own. */
interface Control {
  readonly socket: string;
  readonly client: ControlClient;
}

for (const transport of ['udp', 'unix'] as const) {
  test(`20 calls through Kamailio, which asks over ${transport}:`, { timeout: 60_000 }, async (t) => {
    const control = await startRelay(t, transport);
    const proxy = await startKamailio(t, control.socket);

    const callerPhones = await openPhones(t, CALLER_HOST);
    const calleePhones = await openPhones(t, CALLEE_HOST);
    const matcher = new CallMatcher();
    const callee = await startSipp(t, {
      scenario: 'callee',
      host: CALLEE_HOST,
      proxy,
      mediaPorts: calleePhones.map((phone) => phone.port),
      timeoutSeconds: 25,
      onMessage: matcher.callee,
    });
    const caller = await startSipp(t, {
      scenario: 'caller',
      host: CALLER_HOST,
      proxy,
      mediaPorts: callerPhones.map((phone) => phone.port),
      rate: CALLS_PER_SECOND,
      callee: `${callee.host}:${callee.port}`,
      timeoutSeconds: 25,
      onMessage: matcher.caller,
    });

    const calls: Promise<number>[] = [];
    const hold = async (call: NegotiatedCall): Promise<number> => {
      try {
        const phones = [phoneAt(callerPhones, call.offer.sent), phoneAt(calleePhones, call.answer.sent)] as const;
        return await checkCall(call, ...phones, control.client);
      } finally {
        await caller.inform(call.callId);
      }
    };
    matcher.listen((call) => {
      const check = hold(call);
      // Looked at when all calls are over; until then a failure is not unhandled.
      check.catch(() => {});
      calls.push(check);
    });

    for (const phone of [caller, callee]) {
      const exit = await within(phone.exited, 40_000, 'end of the last call');
      const facts = `${calls.length} of ${CALLS} calls were answered\n${phone.errors()}\n${proxy.stderr()}`;
      assert.deepEqual(exit, { code: 0, signal: null }, facts);
    }
    const sessions = await Promise.all(calls);
    assert.equal(sessions.length, CALLS);
    assert.ok(Math.max(...sessions) >= CALLS_PER_SECOND, `sessions at the same time: ${sessions.join(' ')}`);
    await checkCounters(control.client);
    assert.doesNotMatch(proxy.stderr(), /ERROR|CRITICAL|WARNING/);
  });
}

async function startRelay(t: TestContext, transport: 'udp' | 'unix'): Promise<Control> {
  const media = ['-l', DAEMON_HOST, '-m', `${FIRST_MEDIA_PORT}`, '-M', `${LAST_MEDIA_PORT}`];
  if (transport === 'unix') {
    const { directory } = await startDaemon(t, [...media, '-s', 'unix:control.sock']);
    const path = join(directory, 'control.sock');
    return { socket: `unix:${path}`, client: unixClient(path) };
  }
  const port = await freeUdpPort(DAEMON_HOST);
  const socket = `udp:${DAEMON_HOST}:${port}`;
  await startDaemon(t, [...media, '-s', socket]);
  return { socket, client: udpClient(DAEMON_HOST, port) };
}

function openPhones(t: TestContext, host: string): Promise<RtpPhone[]> {
  return Promise.all(Array.from({ length: CALLS }, () => RtpPhone.open(t, host)));
}

function phoneAt(phones: readonly RtpPhone[], { port }: MediaAddress): RtpPhone {
  const phone = phones.find((candidate) => candidate.port === port);
  assert.ok(phone, `no phone has port ${port}`);
  return phone;
}

/** Both parties talk for two seconds to where the SDP they got says. Returns how many sessions the daemon has by then. */
async function checkCall(
  { callId, offer, answer }: NegotiatedCall,
  callerPhone: RtpPhone,
  calleePhone: RtpPhone,
  client: ControlClient,
): Promise<number> {
  assertRelayed(offer, CALLER_HOST, `offer of ${callId}`);
  assertRelayed(answer, CALLEE_HOST, `answer of ${callId}`);
  await Promise.all([callerPhone.talk(answer.received, PACKETS), calleePhone.talk(offer.received, PACKETS)]);
  await Promise.all([callerPhone.listen(PACKETS, 2000), calleePhone.listen(PACKETS, 2000)]);
  assert.deepEqual(
    { caller: callerPhone.receptionOf(calleePhone), callee: calleePhone.receptionOf(callerPhone) },
    { caller: completeFrom(answer.received), callee: completeFrom(offer.received) },
    `media of ${callId}`,
  );
  const sessions = /^active sessions: (\d+)$/m.exec(await client.command('I'));
  return Number(sessions?.[1]);
}

/** The SDP left the phone with the phone's own address and arrived with one of the daemon's. */
function assertRelayed(sdp: NegotiatedCall['offer'], phoneHost: string, what: string): void {
  const { address, port } = sdp.received;
  assert.equal(sdp.sent.address, phoneHost, what);
  assert.equal(address, DAEMON_HOST, what);
  assert.ok(port >= FIRST_MEDIA_PORT && port < LAST_MEDIA_PORT && port % 2 === 0, `${what}: port ${port}`);
}

/** Every packet arrived, unaltered, in order, and from the address that this party sends to. */
function completeFrom({ address, port }: MediaAddress) {
  return { lost: [], foreign: 0, inOrder: true, sources: [`${address}:${port}`] };
}

async function checkCounters(client: ControlClient): Promise<void> {
  const packets = CALLS * 2 * PACKETS;
  assert.equal(
    await client.command('I'),
    `sessions created: ${CALLS}\nactive sessions: 0\nactive streams: 0\n` +
      `packets received: ${packets}\npackets transmitted: ${packets}\n`,
  );
  assert.equal(
    await client.command('Gv nsess_destroyed nsess_complete nsess_timeout nsess_nortp nsess_owrtp ncmds_errs'),
    `nsess_destroyed=${CALLS} nsess_complete=${CALLS} nsess_timeout=0 nsess_nortp=0 nsess_owrtp=0 ncmds_errs=0\n`,
  );
}
