import assert from 'node:assert/strict';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { CaptureFile } from '../../../src/captures/capture-file.ts';
import { CaptureError, type CaptureRecord } from '../../../src/captures/packet.ts';
import { temporaryDirectory } from '../../helpers/cleanup.ts';
import {
  adhocCall,
  ethernet,
  ipv4,
  ipv6,
  loopback,
  NULL_LINK,
  pcapCall,
  pcapHeader,
  pcapRecord,
  rtp,
  steady,
} from '../../helpers/recordings.ts';
import { runTool } from '../../helpers/run-extractaudio.ts';
import { SrtpSender } from '../../helpers/srtp-sender.ts';
import { FULL_SCALE } from '../commands.ts';

// Each run reads and writes files.
const RUNS = FULL_SCALE ? 20_000 : 400;

const KEY = Buffer.alloc(30, 5);
const sender = new SrtpSender(KEY, 10);
const packets = [
  ...steady(12),
  ...steady(6, { ssrc: 9, payloadType: 9, sequence: 65_533, timestamp: 2 ** 32 - 320 }),
  ...steady(3, { payloadType: 101, payload: Buffer.alloc(4) }),
  ...steady(4, { payloadType: 8, sequence: 13, timestamp: 160 * 20 }),
];
const six = packets.map((each, i) => pcapRecord(Buffer.concat([ethernet(0x86dd), ipv6(rtp(each))]), 5 + i / 50));
const local = packets.map((each, i) => pcapRecord(Buffer.concat([loopback(2), ipv4(rtp(each))]), 5 + i / 50));

/** Recordings in which nothing is wrong. */
const INTACT: readonly Buffer[] = [
  adhocCall(packets),
  pcapCall(packets.map(rtp)),
  Buffer.concat([pcapHeader(), ...six]),
  Buffer.concat([pcapHeader(NULL_LINK), ...local]),
  pcapCall(packets.map((each) => sender.protect(rtp({ ...each, ssrc: 7 })))),
];

/** What happens to a file, at a place of 0 to 1. */
type Damage = (bytes: Buffer, place: number) => Buffer;

const overwrite = (value: bigint, width: number): Damage => {
  return (bytes, place) => {
    const changed = Buffer.from(bytes);
    const at = Math.floor(place * Math.max(0, bytes.length - width));
    for (let i = 0; i < width && at + i < bytes.length; i++) changed[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    return changed;
  };
};
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.constant<Damage>((bytes, place) => bytes.subarray(0, Math.floor(place * bytes.length))),
  fc.nat(255).map((byte) => overwrite(BigInt(byte), 1)),
  fc.constantFrom(0n, 0xffffn, 0x7fffn, 12n).map((value) => overwrite(value, 2)),
  fc.constantFrom(0n, 0xffff_ffffn, 0x7fff_ffffn, 0x8000_0000n, 262_144n).map((value) => overwrite(value, 4)),
  // Times: not a number, infinite, the greatest, years ahead.
  fc.constantFrom(0x7ff8n << 48n, 0x7ff0n << 48n, 0xffefn << 48n, 0x41d9n << 48n).map((value) => overwrite(value, 8)),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map<Damage>((inserted) => {
    return (bytes, place) => {
      const at = Math.floor(place * bytes.length);
      return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
    };
  }),
  fc.double({ min: 0, max: 1, noNaN: true }).map<Damage>((from) => {
    return (bytes, place) => Buffer.concat([bytes, bytes.subarray(Math.floor(Math.min(from, place) * bytes.length))]);
  }),
);
const recording = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...INTACT),
        fc.array(fc.tuple(damage, fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 4 }),
      )
      .map(([bytes, damages]) => damages.reduce((changed, [change, place]) => change(changed, place), bytes)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(Buffer.alloc(0), pcapHeader(), pcapHeader(NULL_LINK), Buffer.from('0a0d0d0a', 'hex')),
        fc.uint8Array({ maxLength: 400 }),
      )
      .map((parts) => Buffer.concat(parts)),
  },
);

const LINE =
  /^(extractaudio: (rtp_packet_parse_raw\(\) failed: .*|pack->parsed\.nsamples = (-1|0)|decryption failed|input file truncated, \d+ bytes are missing|invalid format, \d+ packets loaded|broken or truncated (PCAP|adhoc) file|invalid PCAP format|unsupported (data-link type in|version of) the PCAP: \S+|update_rtpp_stats\(\) failed|pcapng is not read; .*|pcap .* is not read; .*|\d+ packets came too late .*|no packet for .* seconds, which are left out|cannot load neither .*|.* none of its \d+ packets is authentic: .*|.*: none of its \d+ frames is IPv4 or IPv6; .*)|samples decoded: O: 0, A: \d+, written: \d+)$/;

async function run(args: readonly string[]): Promise<{ code: number; out: string; err: string[] }> {
  const { err, ...rest } = await runTool(args);
  return { ...rest, err: err.split('\n').slice(0, -1) };
}

test('a damaged recording is decoded as far as it goes, or refused with a reason', async (t: TestContext) => {
  const folder = temporaryDirectory(t);
  const [file, output] = [path.join(folder, 'in'), path.join(folder, 'out')];
  const key = `AES_CM_128_HMAC_SHA1_80:${KEY.toString('base64')}`;
  await fc.assert(
    fc.asyncProperty(recording, fc.boolean(), fc.boolean(), async (bytes, withKey, dense) => {
      writeFileSync(file, bytes);
      writeFileSync(output, '');
      const options = [...(withKey ? ['--alice-crypto', key] : []), ...(dense ? ['-n'] : [])];
      const { code, err } = await run(['-A', file, ...options, '-F', 'raw', '-D', 'pcm_16', output]);
      assert.ok(code === 0 || code === 1, `exit code ${code}`);
      for (const line of err) assert.match(line, LINE);
      if (code === 1) assert.match(err.at(-1) ?? '', /cannot load neither|is authentic|is IPv4 or IPv6/);
      // What there is to hear, and an hour for each of four places where something may be wrong with a time.
      const most = 2 * (bytes.length + (dense ? 0 : 5 * 3600 * 8000));
      assert.ok(statSync(output).size <= most, `${statSync(output).size} bytes`);

      const scan = await run(['-S', '-A', file]);
      assert.equal(scan.code, 0);
      assert.match(scan.out, /^\S+: (-1|\d+)\n$/);
    }),
    { numRuns: RUNS },
  );
});

test('records of a damaged recording lie within it, one behind the other', async (t: TestContext) => {
  const file = path.join(temporaryDirectory(t), 'in');
  await fc.assert(
    fc.asyncProperty(recording, fc.boolean(), async (bytes, compat) => {
      writeFileSync(file, bytes);
      let capture: CaptureFile | undefined;
      try {
        capture = await CaptureFile.open(file, { compat });
      } catch (error) {
        assert.ok(error instanceof CaptureError, String(error));
        return;
      }
      if (capture === undefined) return;
      const records: CaptureRecord[] = [];
      try {
        for await (const batch of capture.batches()) records.push(...batch.records);
      } finally {
        await capture.close();
      }
      let before = -1;
      for (const { offset, start, end, time, bytes: room } of records) {
        assert.ok(offset > before && offset < bytes.length);
        assert.ok(start <= end && end <= room.length && Number.isFinite(time));
        before = offset;
      }
    }),
    { numRuns: RUNS },
  );
});

for (const [format, head, message] of [
  ['adhoc', Buffer.alloc(0), /^extractaudio: invalid format, 0 packets loaded$/],
  ['pcap', pcapHeader(), /^extractaudio: broken or truncated PCAP file$/],
] as const) {
  const skip = !FULL_SCALE && 'RTPPROXY_TEST_SCALE is not full';
  test(`${format}: 2 GB of nothing are read through and refused`, { skip }, async (t: TestContext) => {
    const file = path.join(temporaryDirectory(t), 'in');
    writeFileSync(file, head);
    truncateSync(file, 2 ** 31);
    const before = process.memoryUsage().rss;
    const { code, err } = await run(['-A', file, '-D', 'pcm_16', path.join(path.dirname(file), 'out')]);
    assert.equal(code, 1);
    assert.match(err[0] ?? '', message);
    assert.ok(process.memoryUsage().rss - before < 100e6);
  });
}
