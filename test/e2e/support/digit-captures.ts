import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readRecording } from './recording-file.ts';
import type { Endpoint, UdpPeer } from './udp-peer.ts';

/** Captures of telephone events (RFC 4733), one for each key, in Debian's package sip-tester. */
const FOLDER = '/usr/share/sip-tester';
const NAMES: Readonly<Record<string, string>> = { '*': 'star', '#': 'pound' };
/** Between two packets; in the captures 20 ms, but time does not matter to them. */
const PACE_MS = 2;

/** Packets of each key, and how long the events are, in ticks. */
export const CAPTURED_PACKETS = 10;
export const CAPTURED_TICKS = 2240;

/** Sends what SIPp sends for these keys: payload type 101, volume 10. */
export async function pressKeys(keys: string, phone: UdpPeer, through: Endpoint): Promise<void> {
  for (const key of keys) {
    const file = readFileSync(`${FOLDER}/dtmf_2833_${NAMES[key] ?? key}.pcap`);
    for (const { payload } of readRecording(file, true).records) {
      await phone.send(payload, through);
      await delay(PACE_MS);
    }
  }
}

/** The notifications of these keys; `side` is 0 for the caller's. */
export function notificationsOf(tag: string, keys: string, side: 0 | 1): string {
  return [...keys].map((key) => `${tag} ${key} 10 ${CAPTURED_TICKS} ${side}\n`).join('');
}
