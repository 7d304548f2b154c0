import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { g711Table } from '../../../src/addon/audio-codecs.ts';
import type { Phones } from './recorded-call.ts';
import type { Call } from './relay.ts';
import { rtpPacket } from './rtp-packet.ts';

export const PACKET_MS = 20;
/** Samples of a packet. */
export const SAMPLES = 160;
const LEVELS = g711Table('ulaw');

const code = (seq: number): number => 0x80 + (seq % 100);

/** The level of all samples of `tone(seq)`. */
export function levelOf(seq: number): number {
  return LEVELS[code(seq)] ?? 0;
}

/** 20 ms of PCMU of one level, which tells the number of the packet. */
export function tone(seq: number, ssrc: number): Buffer {
  const packet = rtpPacket(seq, { ssrc });
  packet.fill(code(seq), 12);
  return packet;
}

/** When a packet was sent, and when the other party had it, ms: it came to the relay in between. */
export interface Arrival {
  readonly sent: number;
  readonly received: number;
}

/** A party talks for so many packets from `first` on, each at its time; the other one gets all of them. */
export async function say(
  call: Phones & Call,
  side: 'caller' | 'callee',
  packets: number,
  first = 0,
): Promise<Arrival[]> {
  const port = side === 'caller' ? call.forCaller : call.forCallee;
  const other = side === 'caller' ? call.callee[0] : call.caller[0];
  const arrivals: Arrival[] = [];
  const begin = performance.now();
  for (let i = 0; i < packets; i++) {
    await delay(Math.max(0, begin + i * PACKET_MS - performance.now()));
    const sent = performance.now();
    const packet = tone(first + i, side === 'caller' ? 1 : 2);
    await call[side][0].send(packet, port);
    assert.ok((await other.next()).data.equals(packet));
    arrivals.push({ sent, received: performance.now() });
  }
  return arrivals;
}

/** Checks that a channel has these packets from a frame on, and nothing else. */
export function assertHeard(channel: Int16Array, from: number, packets: number): void {
  const expected = new Int16Array(channel.length);
  for (let seq = 0; seq < packets; seq++) {
    expected.fill(levelOf(seq), from + seq * SAMPLES, from + (seq + 1) * SAMPLES);
  }
  const wrong = expected.findIndex((level, i) => level !== channel[i]);
  assert.equal(wrong, -1, `frame ${wrong} of ${channel.length}: ${channel[wrong]} in place of ${expected[wrong]}`);
}
