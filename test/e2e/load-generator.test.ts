import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { atEnd } from '../helpers/cleanup.ts';
import type { ControlClient } from '../helpers/control-client.ts';
import { runLoad } from '../helpers/load.ts';
import { lossReport } from '../helpers/load-result.ts';

const SESSIONS = 3;
const SECONDS = 2;
const LEGS = SESSIONS * 2;
const PACKETS = LEGS * SECONDS * 50;
/** Milliseconds. */
const DELAY = 50;

test('the load generator finds nothing wrong with a relay that relays', async (t) => {
  const relay = new Relay(t, (packet, _count, { peer }) => peer.send(packet));
  const result = await runLoad({ control: relay, sessions: SESSIONS, seconds: SECONDS });
  assert.equal(lossReport(result), '');
  assert.deepEqual([result.planned, result.sent, result.received], [PACKETS, PACKETS, PACKETS]);
  assert.equal(result.reordered, 0);
  assert.deepEqual(
    result.timeline.map(({ second, sent, received }) => ({ second, late: sent - received })),
    Array.from({ length: SECONDS }, (_, second) => ({ second, late: 0 })),
  );
  assert.ok(result.latency.p50 > 0 && result.latency.p50 <= result.latency.max);
  assert.equal(relay.deleted, SESSIONS);
});

test('phones send digits, which are packets as others, and RTCP reports', async (t) => {
  const events: { end: boolean; timestamp: number; duration: number }[] = [];
  const relay = new Relay(t, (packet, _count, { peer }) => {
    if (((packet[1] ?? 0) & 127) === 101) {
      const duration = packet.readUInt16BE(14);
      events.push({ end: ((packet[13] ?? 0) & 128) !== 0, timestamp: packet.readUInt32BE(4), duration });
    }
    peer.send(packet);
  });
  const result = await runLoad({ control: relay, sessions: SESSIONS, seconds: SECONDS, digits: 1, rtcp: 1 });
  assert.equal(lossReport(result), '');
  assert.equal(result.received, PACKETS);
  assert.ok(result.digits >= LEGS && result.digits <= LEGS * SECONDS, `${result.digits} digits`);
  assert.equal(result.reportsSent, LEGS * SECONDS);
  assert.equal(events.length, 8 * result.digits);
  const ends = events.filter(({ end }) => end);
  assert.equal(ends.length, 3 * result.digits);
  for (const { duration } of ends) assert.equal(duration, 800);
  assert.equal(new Set(events.map(({ timestamp }) => timestamp)).size, result.digits);
});

test('the load generator finds what a bad relay does to packets', async (t) => {
  const held = new Map<Leg, Buffer>();
  const relay = new Relay(t, (packet, count, { leg, peer }) => {
    if (count === 10) return;
    if (count === 20) {
      held.set(leg, packet);
      return;
    }
    if (count === 30) packet.writeUInt8(0x55, packet.length - 1);
    if (count === 40) return leg.send(packet);
    if (count === 50) return leg.send(packet, peer.phone);
    if (count === 60) {
      setTimeout(() => peer.send(packet), DELAY);
      return;
    }
    peer.send(packet);
    if (count === 21) peer.send(held.get(leg) ?? Buffer.alloc(0));
    if (count === 70) peer.send(packet);
    if (count === 80) peer.send(Buffer.from('not RTP'));
  });
  const result = await runLoad({ control: relay, sessions: SESSIONS, seconds: SECONDS });
  assert.equal(result.sent, PACKETS);
  // 10 is swallowed; 30, 40 and 50 arrive, but not as they should.
  assert.equal(result.lost, 4 * LEGS);
  assert.equal(result.received, PACKETS - 4 * LEGS);
  assert.equal(result.reordered, 2 * LEGS, 'packets 20 and 60');
  assert.equal(result.corrupted, LEGS);
  assert.equal(result.misdelivered, 2 * LEGS, 'back to the sender, and from a port that is not for the phone');
  assert.equal(result.duplicated, LEGS);
  assert.equal(result.foreign, LEGS);
  assert.ok(result.latency.max >= (DELAY - 2) * 1000, `${result.latency.max}`);
  assert.ok(result.latency.p50 < (DELAY / 2) * 1000, `${result.latency.p50}`);
  assert.equal(result.shortfalls.length, LEGS);
  assert.match(lossReport(result), /^lost: 24 of 600; sent at 0 s \d+, 1 s \d+; for phones 0a 4, /m);
});

test('a run that cannot begin says why', async (t) => {
  const control: ControlClient = { command: async (text) => (text.startsWith('U') ? 'E72\n' : '0\n') };
  await assert.rejects(runLoad({ control, sessions: 1, seconds: 1 }), /answered "E72\\n" to "U load/);
  const relay = new Relay(t, () => undefined);
  await assert.rejects(
    runLoad({ control: relay, sessions: 1, seconds: 1, address: '192.0.2.1' }),
    /bind: Cannot assign/,
  );
});

/** A socket of the relay. It serves one phone. */
class Leg {
  phone = 0;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(packet: Buffer, port = this.phone): void {
    this.#socket.send(packet, port, '127.0.0.1');
  }

  onPacket(listener: (packet: Buffer) => void): void {
    this.#socket.on('message', listener);
  }
}

/** What to do with a packet of the phone that `leg` serves. The first that it has sent has the count 0. */
type Behaviour = (packet: Buffer, count: number, legs: { leg: Leg; peer: Leg }) => void;

/** A relay in the test. It understands as much of the control protocol as the set-up of the load needs. */
class Relay implements ControlClient {
  deleted = 0;
  readonly #t: TestContext;
  readonly #behaviour: Behaviour;
  readonly #calls = new Map<string, { caller: Leg; callee: Leg }>();

  constructor(t: TestContext, behaviour: Behaviour) {
    this.#t = t;
    this.#behaviour = behaviour;
  }

  async command(text: string): Promise<string> {
    const [verb, call = '', , phone] = text.split(' ');
    if (verb === 'D') {
      this.deleted++;
      return '0\n';
    }
    const legs = this.#calls.get(call) ?? { caller: await this.#open(), callee: await this.#open() };
    // U has the address of the caller and is answered the port for the callee, L the other way round.
    const { caller, callee } = legs;
    const [named, answered] = verb === 'U' ? [caller, callee] : [callee, caller];
    named.phone = Number(phone);
    if (verb === 'U') {
      this.#calls.set(call, legs);
      this.#connect(caller, callee);
      this.#connect(callee, caller);
    }
    return `${answered.port} 127.0.0.1\n`;
  }

  async #open(): Promise<Leg> {
    const socket = createSocket('udp4');
    atEnd(this.#t, () => void socket.close());
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Leg(socket);
  }

  #connect(leg: Leg, peer: Leg): void {
    let count = 0;
    leg.onPacket((packet) => this.#behaviour(packet, count++, { leg, peer }));
  }
}
