import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../helpers/deadline.ts';
import { HOST, startRelay } from './support/relay.ts';
import { UdpPeer } from './support/udp-peer.ts';

const HEADER = 12;
const EXTRA_MS = 3000;

interface Case {
  readonly command: string;
  readonly reply: string;
  readonly packets: readonly { readonly t_ms: number; readonly hex: string }[];
}

const folder = new URL('../fixtures/media/playback/', import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL('playback.json', folder), 'utf8')) as { cases: Record<string, Case> };
const prompts = fileURLToPath(new URL('prompts', folder));

/** Modifiers of U and L of the cases that play in the session's codec; in the fixture their names tell. */
const SESSION_CASES: Readonly<Record<string, readonly [string, string]>> = {
  session_codec_ptime_20: ['c97,8,0', 'z20'],
  session_codec_ptime_30: ['c97,8,0', 'z30'],
  session_codec_ptime_25: ['c97,8,0', 'z25'],
  session_g729_ptime_25: ['c18', 'z25'],
  session_gsm_ptime_25: ['c3', 'z25'],
  session_gsm_no_z: ['c3', ''],
};

/** What a packet is but for the random starts: SSRC, first sequence number and first timestamp. */
function relativeTo(first: Buffer, packet: Buffer): string {
  const sequence = (packet.readUInt16BE(2) - first.readUInt16BE(2)) & 0xffff;
  const timestamp = (packet.readUInt32BE(4) - first.readUInt32BE(4)) >>> 0;
  const ssrc = packet.readUInt32BE(8) === first.readUInt32BE(8) ? 'same' : 'another';
  const flags = packet.toString('hex', 0, 2);
  return `${flags} seq+${sequence} ts+${timestamp} ${ssrc} SSRC ${packet.toString('hex', HEADER)}`;
}

function relative(packets: readonly Buffer[]): string[] {
  const [first] = packets;
  return first === undefined ? [] : packets.map((packet) => relativeTo(first, packet));
}

test('the vectors are complete', () => {
  assert.equal(Object.keys(cases).length, 15);
  for (const name of Object.keys(SESSION_CASES)) assert.ok(name in cases, name);
});

for (const [name, { command, reply, packets }] of Object.entries(cases)) {
  test(`${name} is played as the C daemon plays it`, async (t) => {
    const [caller, callee] = [await UdpPeer.open(t, HOST), await UdpPeer.open(t, HOST)];
    const { control } = await startRelay(t);
    const [offer, answer] = SESSION_CASES[name] ?? ['', ''];
    await control.command(`U${offer} pl ${HOST} ${caller.local.port} f t`);
    await control.command(`L${answer} pl ${HOST} ${callee.local.port} f t`);
    assert.equal(await control.command(command.replace('PROMPTDIR', prompts)), `${reply}\n`);

    const expected = packets.map(({ hex }) => Buffer.from(hex, 'hex'));
    const received: Buffer[] = [];
    for (const _ of expected) received.push((await caller.next()).data);
    assert.deepEqual(relative(received), relative(expected));

    const counters = () => control.command('G nplrs_created nplrs_destroyed npkts_played');
    const played = `1 1 ${packets.length}\n`;
    await until(async () => (await counters()) === played, EXTRA_MS, `counters ${played}`);
    assert.equal(await control.command('Q pl f t npkts_ina npkts_ino nrelayed ndropped'), '0 0 0 0\n');
  });
}
